@main
struct SampleAppMain {
    static func main() async {}
}
