//! Decoding with the way back to the bytes, in MB/s of source bytes.
//!
//! `cargo bench --bench decode`

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use duban::decode::decode;
use duban::source::Source;

fn main() {
    divan::main();
}

const NOTICE: &str = "各县（市、区）科协，市直各有关单位：\n    为贯彻落实全省科普工作会议精神，现将2021年工作要点印发给你们。\n\
    一、加强组织领导。由市教育局牵头，市财政局配合，于6月30日前完成整改任务；\n（二）每季度首月10日前报送进展情况（联系电话：0632-3314567）。\n";

/// A notice of about 54 kB in GBK, as much as the longest of them have.
fn notice() -> String {
    NOTICE.repeat(54_000 / NOTICE.chars().count() / 2 + 1)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn run(bencher: Bencher<'_, '_>, bytes: Vec<u8>) {
    let source = Source::plain("notice.txt", bytes);
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .bench(|| decode(black_box(&source)));
}

#[divan::bench]
fn utf8(bencher: Bencher<'_, '_>) {
    run(bencher, notice().into_bytes());
}

#[divan::bench]
fn gbk(bencher: Bencher<'_, '_>) {
    run(bencher, encoding_rs::GBK.encode(&notice()).0.into());
}

#[divan::bench]
fn big5(bencher: Bencher<'_, '_>) {
    let text = notice().replace(['县', '区', '协'], "縣");
    run(bencher, encoding_rs::BIG5.encode(&text).0.into());
}

#[divan::bench]
fn utf16_without_mark(bencher: Bencher<'_, '_>) {
    run(bencher, utf16(&notice()));
}

/// One long source: the choice of the encoding costs no more than on a short one.
#[divan::bench]
fn gbk_of_5_megabytes(bencher: Bencher<'_, '_>) {
    let text = notice().repeat(100);
    run(bencher, encoding_rs::GBK.encode(&text).0.into());
}
