//! JSON Schema of the records, made from their types.
//!
//! Out: for a task `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"TaskRecord",…}`, with the doc of
//! each field as its description. All fields are required: what is not known is null.

use super::table::Table;
use crate::record::{ClauseRecord, DocumentRecord, TaskRecord};
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schema of a record; mentions are rows, not records, and have none.
pub fn schema(table: Table) -> Option<Value> {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    Some(
        match table {
            Table::Tasks => generator.into_root_schema_for::<TaskRecord>(),
            Table::Clauses => generator.into_root_schema_for::<ClauseRecord>(),
            Table::Documents => generator.into_root_schema_for::<DocumentRecord>(),
            Table::Mentions => return None,
        }
        .to_value(),
    )
}
