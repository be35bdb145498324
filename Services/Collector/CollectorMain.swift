@main
struct CollectorMain {
    static func main() async {}
}
