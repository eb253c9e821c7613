//! Archives byte by byte, so that each of their fields can lie.

pub struct Entry {
    pub name: String,
    pub raw_name: Option<Vec<u8>>,
    pub local_name: Option<String>,
    pub unpacked: Option<u32>,
    pub mode: u32,
    pub flags: u16,
    pub method: u16,
    pub place: Option<u32>,
    pub data: Vec<u8>,
}

impl Entry {
    pub fn named(name: &str) -> Self {
        Entry {
            name: name.to_owned(),
            raw_name: None,
            local_name: None,
            unpacked: None,
            mode: 0o100_644,
            flags: 0,
            method: 0,
            place: None,
            data: DATA.to_vec(),
        }
    }

    fn raw(&self) -> Vec<u8> {
        self.raw_name.clone().unwrap_or(self.name.clone().into_bytes())
    }
}

pub struct Archive(Vec<Entry>);

const DATA: &[u8] = b"<xml/>";

impl Archive {
    pub fn of(names: &[&str]) -> Self {
        Archive(names.iter().map(|name| Entry::named(name)).collect())
    }

    pub fn ofd() -> Self {
        Self::of(&["OFD.xml"])
    }

    pub fn ofd_with(entry: Entry) -> Vec<u8> {
        let mut archive = Self::ofd();
        archive.add(entry);
        archive.bytes()
    }

    pub fn docx() -> Self {
        Self::of(&["[Content_Types].xml", "word/document.xml"])
    }

    pub fn xlsx() -> Self {
        Self::of(&["[Content_Types].xml", "xl/workbook.xml"])
    }

    pub fn add(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    pub fn bytes(&self) -> Vec<u8> {
        let (mut file, mut directory) = (Vec::new(), Vec::new());
        for entry in &self.0 {
            let size = u32::try_from(entry.data.len()).unwrap();
            let raw = entry.raw();
            let local = entry.local_name.clone().map_or(raw.clone(), String::into_bytes);
            let place = entry.place.unwrap_or(u32::try_from(file.len()).unwrap());
            let sizes = [size, entry.unpacked.unwrap_or(size)].map(u32::to_le_bytes).concat();
            let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_le_bytes();
            let packed = [entry.flags, entry.method, 0, 0].map(u16::to_le_bytes).concat();
            file.extend([b"PK\x03\x04\x14\0", packed.as_slice(), &[0; 4], &sizes].concat());
            file.extend([&length(&local)[..], &[0; 2], &local, &entry.data].concat());
            directory.extend([b"PK\x01\x02\x14\x03\x14\0", packed.as_slice(), &[0; 4]].concat());
            directory.extend([sizes.as_slice(), &length(&raw), &[0; 8]].concat());
            let mode = (entry.mode << 16).to_le_bytes();
            directory.extend([&mode[..], &place.to_le_bytes(), &raw].concat());
        }
        let count = u16::try_from(self.0.len()).unwrap().to_le_bytes();
        let start = u32::try_from(file.len()).unwrap().to_le_bytes();
        let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
        let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &length, &start, &[0; 2]].concat();
        [file, directory, end].concat()
    }
}
