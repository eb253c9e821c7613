//! The corpus of uploads: what is taken, and each way in which a file is not.

use std::io::Cursor;

use super::*;

mod archive;

use archive::{Archive, Entry};

const PDF: &str = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n";

#[test]
fn each_kind_is_known_by_its_content() {
    let taken = [
        (PDF.as_bytes().to_vec(), Kind::Pdf),
        (jpeg(4_000, 3_000), Kind::Jpeg),
        (png(4_000, 3_000), Kind::Png),
        (Archive::ofd().bytes(), Kind::Ofd),
        (Archive::docx().bytes(), Kind::Docx),
        (Archive::xlsx().bytes(), Kind::Xlsx),
    ];
    for (bytes, kind) in taken {
        assert_eq!(look(&bytes).unwrap().kind, kind);
    }
    assert_eq!(Kind::ALL.len(), 6);
}

#[test]
fn what_is_none_of_them_is_refused_whatever_it_is_called() {
    let none = "is none of PDF, OFD, JPEG, PNG, DOCX and XLSX by its first bytes";
    refused(b"", "is empty");
    for other in [
        b"<html>".as_slice(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\0",
        b"GIF89a/*",
        b"From: <saved by a browser>\r\nMIME-Version: 1.0",
        b"L\0\0\0\x01\x14\x02\0",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"%PD",
        b" %PDF-1.7",
        EICAR.as_bytes(),
    ] {
        refused(other, none);
    }
}

#[test]
fn only_the_last_ending_of_a_name_counts() {
    for (kind, name, fits) in [
        (Kind::Pdf, "a.pdf", true),
        (Kind::Pdf, "总平面图.PDF", true),
        (Kind::Pdf, "a.pdf.exe", false),
        (Kind::Pdf, "a.exe.pdf", true),
        (Kind::Pdf, "pdf", false),
        (Kind::Pdf, "a.docx", false),
        (Kind::Jpeg, "a.jpeg", true),
        (Kind::Jpeg, "a.jpg", true),
        (Kind::Docx, "a.docm", false),
    ] {
        assert_eq!(kind.fits_name(name), fits, "{name}");
    }
}

#[test]
fn a_pdf_does_nothing_hides_nothing_and_ends_where_it_ends() {
    let with = |object: &str| PDF.replace("/Type", &format!("{object} /Type"));
    let active = "is a PDF with active or embedded content";
    for object in [
        "/S /JavaScript",
        "/S/J#61vaScript",
        "/S /Launch",
        "/Names << /EmbeddedFiles 3 0 R >>",
        "/Type/EmbeddedFile",
        "/RichMedia",
        "/XFA [1 0 R]",
    ] {
        refused(with(object).as_bytes(), active);
    }
    for object in ["/JavaScripted", "/Launches", "(JavaScript)"] {
        assert!(look(with(object).as_bytes()).is_ok(), "{object}");
    }
    refused(with("/Encrypt 5 0 R").as_bytes(), "is an encrypted PDF");
    refused(PDF.replace("%%EOF", "").as_bytes(), "is a PDF without its end");
    refused(&[PDF.as_bytes(), b"<script>"].concat(), "is a PDF with something behind its end");
    refused(PDF.replace("startxref", "").as_bytes(), "is a PDF without a table of contents");
    let outside = PDF.replace("startxref\n9", "startxref\n99999");
    refused(outside.as_bytes(), "is a PDF whose table of contents is not there");
    let streams = look(with("/Type /ObjStm").as_bytes()).unwrap();
    assert_eq!(streams.observations, ["object_streams"]);
}

#[test]
fn a_signature_and_what_was_added_behind_it_are_observed() {
    let signed = |length: usize, added: &str| {
        let range = format!("/ByteRange [0 10 20 {length:06}]");
        let pdf = PDF.replace("/Type", &format!("{range} /Type"));
        let end = format!("{added}startxref\n9\n%%EOF\n");
        (
            pdf.len(),
            look([pdf.as_str(), if added.is_empty() { "" } else { &end }].concat().as_bytes()),
        )
    };
    let (size, _) = signed(0, "");
    // To the last byte but the line's end.
    let whole = signed(size - 21, "").1.unwrap();
    assert_eq!(whole.observations, ["signed"]);
    let later = signed(size - 21, "1 0 obj << /Type /Annot >> endobj\n").1.unwrap();
    assert_eq!(later.observations, ["signed", "changed_after_signature"]);
    let short = signed(size - 22, "").1.unwrap();
    assert_eq!(short.observations, ["signed", "changed_after_signature"]);
}

#[test]
fn a_name_across_two_reads_is_still_one_name() {
    let padding = "x".repeat(64 * 1024 - 20);
    for shift in 0..20 {
        let text =
            format!("%PDF-1.7\n({padding}{})/JavaScript\nstartxref\n9\n%%EOF\n", "y".repeat(shift));
        refused(text.as_bytes(), "is a PDF with active or embedded content");
    }
}

#[test]
fn a_file_that_is_an_archive_as_well_is_refused() {
    let zip = Archive::ofd().bytes();
    let mut pdf = PDF.replace("%%EOF\n", "").into_bytes();
    pdf.extend(&zip);
    pdf.extend(b"%%EOF\n");
    refused(&pdf, "is an archive as well");
    let mut picture = jpeg(10, 10);
    picture.truncate(picture.len() - 2);
    picture.extend(&zip);
    picture.extend([0xFF, 0xD9]);
    refused(&picture, "is an archive as well");
    refused(&[png(10, 10), zip].concat(), "is a PNG with something behind its end");
}

#[test]
fn pictures_have_at_most_a_hundred_million_pixels_and_are_whole() {
    let too_many = "is a picture of more than 100 million pixels";
    assert!(look(&png(10_000, 10_000)).is_ok());
    refused(&png(10_000, 10_001), too_many);
    assert!(look(&jpeg(10_000, 10_000)).is_ok());
    refused(&jpeg(10_000, 10_001), too_many);
    refused(&png(60_000, 60_000), too_many);
    refused(&png(u32::MAX, u32::MAX), too_many);
    refused(&png(0, 10), "is a picture without pixels");
    let whole = png(10, 10);
    refused(&whole[..whole.len() - 1], "is a PNG that was cut off");
    refused(&whole[..20], "is a PNG without its header");
    let whole = jpeg(10, 10);
    refused(
        &whole[..whole.len() - 1],
        "is a JPEG that was cut off, or has something behind its end",
    );
    refused(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9], "is a JPEG without a frame");
    let mut animated = png(10, 10);
    let chunk = [&8_u32.to_be_bytes()[..], b"acTL", &[0; 12]].concat();
    animated.splice(33..33, chunk);
    refused(&animated, "is a PNG with more than one picture");
}

#[test]
fn archives_keep_their_limits() {
    let entries = |n: usize| {
        let mut archive = Archive::ofd();
        (1..n).for_each(|i| archive.add(Entry::named(&format!("Doc/{i}.xml"))));
        archive.bytes()
    };
    assert!(look(&entries(2_000)).is_ok());
    refused(&entries(2_001), "is an archive of more than 2000 entries");
    let unpacked = |bytes: u32| {
        let mut archive = Archive::ofd();
        archive.add(Entry { unpacked: Some(bytes), ..Entry::named("Doc/a.xml") });
        archive.bytes()
    };
    // Beside the six bytes of OFD.xml.
    assert!(look(&unpacked(1024 * 1024 - 6)).is_ok(), "small enough, however packed");
    refused(&unpacked(1024 * 1024 - 5), "is an archive that is packed more than a hundredfold");
    refused(&unpacked(501 * 1024 * 1024), "is an archive of more than 500 MiB unpacked");
}

#[test]
fn names_in_an_archive_stay_in_it() {
    for name in ["../x", "a/../../x", "/etc/passwd", "a\\..\\x", "C:x", "a\0b", ""] {
        refused(&Archive::ofd_with(Entry::named(name)), "is an archive whose names lead out of it");
    }
    let disguised = Entry { data: Archive::ofd().bytes(), ..Entry::named("Doc/fonts.xml") };
    refused(&Archive::ofd_with(disguised), "is an archive within an archive");
    let twice = Entry::named("ofd.XML");
    refused(&Archive::ofd_with(twice), "is an archive with two entries of one name");
    for name in ["a.zip", "word/x.DOCX", "y.7z"] {
        refused(&Archive::ofd_with(Entry::named(name)), "is an archive within an archive");
    }
    let gbk = Entry { raw_name: Some(b"\xB5\xD8.xml".to_vec()), ..Entry::named("x") };
    refused(&Archive::ofd_with(gbk), "is an archive whose names are not UTF-8");
    let link = Entry { mode: 0o120_777, ..Entry::named("x") };
    refused(&Archive::ofd_with(link), "is an archive with a link in it");
    let encrypted = Entry { flags: 1, ..Entry::named("x") };
    refused(&Archive::ofd_with(encrypted), "is an encrypted archive");
    let unusual = Entry { method: 99, ..Entry::named("x") };
    refused(&Archive::ofd_with(unusual), "is an archive packed in an unusual way");
}

#[test]
fn a_directory_that_lies_is_refused() {
    let damaged = "is an archive whose directory is damaged";
    let whole = Archive::ofd().bytes();
    refused(&whole[..whole.len() - 1], damaged);
    refused(&[whole.as_slice(), b"x"].concat(), damaged);
    let changed = |from_end: usize, byte: u8| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] = byte;
        bytes
    };
    refused(&changed(12, 9), damaged); // entries
    refused(&changed(10, 1), damaged); // length of the directory
    refused(&changed(6, 1), damaged); // its place
    refused(&changed(18, 1), damaged); // number of the disk
    let elsewhere = Entry { place: Some(3), ..Entry::named("x") };
    refused(&Archive::ofd_with(elsewhere), damaged);
    let overlapping = Entry { place: Some(0), ..Entry::named("OFD.xml") };
    refused(&Archive::ofd_with(overlapping), "is an archive whose entries overlap");
    let other_name = Entry { local_name: Some("y".to_owned()), ..Entry::named("x") };
    refused(&Archive::ofd_with(other_name), damaged);
}

#[test]
fn office_documents_have_no_macros_and_are_one_kind() {
    let macros = "is a document with macros or embedded objects";
    for name in [
        "word/vbaProject.bin",
        "word/anything.bin",
        "word/activeX/activeX1.xml",
        "word/embeddings/oleObject1.ole",
    ] {
        let mut archive = Archive::docx();
        archive.add(Entry::named(name));
        refused(&archive.bytes(), macros);
    }
    let mut printer = Archive::xlsx();
    printer.add(Entry::named("xl/printerSettings/printerSettings1.bin"));
    assert!(look(&printer.bytes()).is_ok());
    let none = "is an archive, but none of OFD, DOCX and XLSX";
    refused(&Archive::of(&["a.txt"]).bytes(), none);
    refused(&Archive::of(&["META-INF/MANIFEST.MF"]).bytes(), none);
    let both = ["[Content_Types].xml", "word/document.xml", "xl/workbook.xml"];
    refused(&Archive::of(&both).bytes(), none);
    refused(&Archive::of(&["OFD.xml", "[Content_Types].xml", "word/document.xml"]).bytes(), none);
}

/// The harmless test file of the antivirus industry, in two parts so that no scanner minds this one.
pub(crate) const EICAR: &str =
    concat!(r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

fn look(bytes: &[u8]) -> Result<Found, Unfit> {
    inspect(&mut Cursor::new(bytes))
}

#[track_caller]
fn refused(bytes: &[u8], rule: &str) {
    match look(bytes) {
        Err(Unfit::Rule(found)) => assert_eq!(found, rule),
        other => panic!("expected {rule:?}, found {other:?}"),
    }
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let [_, _, w1, w2] = width.to_be_bytes();
    let [_, _, h1, h2] = height.to_be_bytes();
    let frame = [0xFF, 0xC0, 0, 11, 8, h1, h2, w1, w2, 1, 1, 0x11, 0];
    let app = [0xFF, 0xE0, 0, 4, b'J', b'F'];
    [&[0xFF, 0xD8][..], &app, &frame, &[0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9]].concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let parts = [chunk(b"IHDR", &header), chunk(b"IDAT", b"data"), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1A\n".to_vec(), parts.concat()].concat()
}
