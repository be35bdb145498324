@main
struct PaymentServiceMain {
    static func main() async {}
}
