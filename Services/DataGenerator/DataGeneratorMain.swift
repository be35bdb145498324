@main
struct DataGeneratorMain {
    static func main() async {}
}
