import ServiceKit

extension InventoryStream.Message: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("body", base64: [UInt8](body))
            json.member("headers", headers)
            json.member("id", id)
            json.member("key", key)
        }
    }
}

extension InventoryStream.Place: JSONReadable {
    init?(reading json: inout JSONReader) {
        var partition: Int?
        var offset: String?
        let isRead = json.object { member, json in
            switch member {
            case "partition": json.read(&partition)
            case "offset": json.read(&offset)
            default: json.skip()
            }
        }
        guard isRead, let partition, let offset else { return nil }
        self.init(partition: partition, offset: offset)
    }
}
