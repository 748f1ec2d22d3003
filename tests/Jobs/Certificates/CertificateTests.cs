using System.Security.Cryptography;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests.Certificates;

[Collection(LiveCollection.Name)]
public sealed class CertificateTests(LiveServers servers)
{
    [Fact]
    public void Northwinds_copies_in_SQLite_and_PostgreSQL_differ_by_the_customers_and_shippers_that_are_named()
    {
        DatabaseAddress sqlite = servers.New("sqlite"), postgres = servers.New("postgresql");
        Samples.NorthwindSqlite(sqlite);
        Samples.NorthwindPostgreSql(postgres);
        Certificate certificate = sqlite.CompareWith(postgres);
        certificate.IsEqual.ShouldBeFalse();
        TableCertificate customers = certificate.Tables.Single(table => table.To.EndsWith("customers", StringComparison.Ordinal)), shippers = certificate.Tables.Single(table => table.To.EndsWith("shippers", StringComparison.Ordinal));
        (customers.FromRows, customers.ToRows, customers.OnlyInFrom, customers.OnlyInTo).ShouldBe((93, 91, 2, 0));
        customers.Differences.Where(row => row.Kind == "only in from").Select(row => row.Key).ShouldBe(["CustomerID=Val2 ", "CustomerID=VALON"], ignoreOrder: true);
        (shippers.FromRows, shippers.ToRows, shippers.OnlyInTo).ShouldBe((3, 6, 3));
        shippers.Differences.Where(row => row.Kind == "only in to").Select(row => row.Key).ShouldBe(["ShipperID=4", "ShipperID=5", "ShipperID=6"], ignoreOrder: true);
    }

    [Fact]
    public void Rows_that_differ_among_many_are_found_by_ranges_of_the_key()
    {
        DatabaseAddress one = servers.New("postgresql"), other = servers.New("mysql");
        one.Run("CREATE TABLE many (id bigint PRIMARY KEY, name varchar(50), amount numeric(12,2))", "INSERT INTO many SELECT g, 'name ' || g, g * 1.25 FROM generate_series(1, 120000) g");
        one.MigrateTo(other).Undone.ShouldBeEmpty();
        one.ShouldEqual(other);
        other.Run("UPDATE many SET amount = amount + 0.01 WHERE id = 77777", "DELETE FROM many WHERE id IN (5, 119999)", "INSERT INTO many VALUES (-3, 'surplus', 1), (500000, 'surplus', NULL)");
        TableCertificate table = one.CompareWith(other).Tables.ShouldHaveSingleItem();
        (table.OnlyInFrom, table.OnlyInTo, table.Differing).ShouldBe((2, 2, 1));
        table.Differences.Single(row => row.Kind == "differs").Columns.ShouldHaveSingleItem().ShouldBe(new ValueDifference("amount", "97221.25", "97221.26"));
        table.Differences.Where(row => row.Kind == "only in from").Select(row => row.Key).ShouldBe(["id=5", "id=119999"], ignoreOrder: true);
        table.Differences.Where(row => row.Kind == "only in to").Select(row => row.Key).ShouldBe(["id=-3", "id=500000"], ignoreOrder: true);
    }

    [Fact]
    public void A_certificate_that_was_changed_is_not_genuine()
    {
        using var folder = new TestDirectory();
        using ECDsa key = SignedCertificate.ReadOrMakeKey(folder.Path + "/key.pem");
        var table = new TableCertificate("a", "a", 3, 3, "1.2", "1.2", ["id"]);
        SignedCertificate signed = SignedCertificate.Sign(new Certificate("sqlite:a", "sqlite:b", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "", "", [table], [], []), key);
        SignedCertificate read = SignedCertificate.Read(signed.ToJson());
        read.IsGenuine().ShouldBeTrue();
        (read with { Certificate = read.Certificate with { Tables = [table with { ToRows = 4 }] } }).IsGenuine().ShouldBeFalse();
        SignedCertificate.Read(signed.ToJson().Replace("\"fromRows\": 3", "\"fromRows\": 30", StringComparison.Ordinal)).IsGenuine().ShouldBeFalse();
        using ECDsa again = SignedCertificate.ReadOrMakeKey(folder.Path + "/key.pem");
        again.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        CertificatePage.Write(signed).ShouldContain("Certificate: <span class=ok>equal</span>");
    }

    [Fact]
    public void A_table_that_is_not_there_is_named_rather_than_nothing_called_equal()
    {
        DatabaseAddress one = servers.New("sqlite"), other = servers.New("sqlite");
        foreach (DatabaseAddress side in (DatabaseAddress[])[one, other]) side.Run("CREATE TABLE orders (id integer PRIMARY KEY)");
        Should.Throw<ArgumentException>(() => new CertificateMaker(one, other, TimeProvider.System, null) { Tables = ["order"] }.Make(TestContext.Current.CancellationToken)).Message.ShouldContain("There is no table 'order'");
        new CertificateMaker(one, other, TimeProvider.System, null) { Without = ["orders"] }.Make(TestContext.Current.CancellationToken).IsEqual.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Sweden", "Sweden ", "Sweden", "Sweden\\u0020")]
    [InlineData("8\u00a0m", "8 m", "8\\u00a0m", "8 m")]
    [InlineData(null, "a\nb", "NULL", "a\\u000ab")]
    [InlineData("0123456789012345678901234567890123456789A123456789", "0123456789012345678901234567890123456789B", "…56789A123456789", "…56789B")]
    public void Values_that_look_alike_are_shown_so_that_one_sees_what_differs(string? from, string? to, string fromShown, string toShown)
    {
        new ValueDifference("c", from, to).Shown(20).ShouldBe((fromShown, toShown));
    }
}
