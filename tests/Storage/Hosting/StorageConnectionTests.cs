using Orrery.Storage.Hosting;

namespace Orrery.Storage.Tests.Hosting;

public sealed class StorageConnectionTests
{
    const string Password = "Pa$$w0rd/geheim";

    static string Escaped => Uri.EscapeDataString(Password);

    [Theory]
    [InlineData("postgres://orrery:PW@db:6000/fleet", "Host=db;Port=6000;Username=orrery;Password=Pa$$w0rd/geheim;Database=fleet")]
    [InlineData("postgresql://db/fleet?sslmode=Require", "Host=db;Username=postgres;Database=fleet;sslmode=Require")]
    [InlineData("mysql://orrery:PW@db:3307/fleet", "Server=db;Port=3307;User ID=orrery;Password=Pa$$w0rd/geheim;Database=fleet")]
    [InlineData("mariadb://localhost/fleet", "Server=localhost;User ID=root;SslMode=Disabled;Database=fleet")]
    [InlineData("sqlserver://sa:PW@db:1434/fleet?TrustServerCertificate=true", "Data Source=db,1434;User ID=sa;Password=Pa$$w0rd/geheim;Initial Catalog=fleet;TrustServerCertificate=true")]
    [InlineData("redis://:PW@cache:6380/3?prefix=a", "cache:6380,defaultDatabase=3,password=Pa$$w0rd/geheim")]
    [InlineData("rediss://cache", "cache:6379,defaultDatabase=0,ssl=true")]
    [InlineData("postgres:Host=db;Database=fleet;Password=Pa$$w0rd/geheim", "Host=db;Database=fleet;Password=Pa$$w0rd/geheim")]
    public void A_connection_becomes_what_the_driver_takes_and_its_password_is_never_shown(string text, string expected)
    {
        var connection = StorageConnection.Parse(text.Replace("PW", Escaped, StringComparison.Ordinal));
        string.Join(';', connection.Text.Split(';').Select(pair => pair.Replace("\"", ""))).ShouldBe(expected, StringCompareShould.IgnoreCase);
        connection.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public void A_file_is_named_with_or_without_a_cluster_over_it()
    {
        var alone = StorageConnection.Parse("sqlite:data/orrery.db");
        alone.FilePath.ShouldBe(Path.GetFullPath("data/orrery.db"));
        alone.IsShared.ShouldBeFalse();
        StorageConnection.Parse("sqlite:data/orrery.db?shared=true").IsShared.ShouldBeTrue();
        StorageConnection.Parse("redis://h").Prefix.ShouldBe("orrery");
    }

    [Theory]
    [InlineData("")]
    [InlineData("data/orrery.db")]
    [InlineData("oracle://u:PW@h/d")]
    [InlineData("u:PW@h/d")]
    [InlineData("PW:x")]
    [InlineData("postgres://u:PW@h")]
    [InlineData("postgres://u:PW@")]
    [InlineData("postgres://u:geheim@bad:geheim@h/d")]
    [InlineData("postgres://u:PW@h/d?nosuchthing=1")]
    [InlineData("postgres://u:PW@h/d?sslmode=geheim")]
    [InlineData("postgres:Host=h;Password=PW;Port=geheim")]
    [InlineData("postgres:Password=geheim;;=;x")]
    [InlineData("mysql://u:PW@h/d?nosuchthing=geheim")]
    [InlineData("sqlserver://u:PW@h/d?nosuchthing=geheim")]
    [InlineData("redis://u:PW@h/0")]
    [InlineData("redis://:PW@h/zero")]
    [InlineData("redis://:PW@h/0?prefix=a b")]
    [InlineData("redis://:PW@h/0?other=geheim")]
    [InlineData("redis:h,password=geheim")]
    [InlineData("sqlite:")]
    [InlineData("sqlite:x?shared=perhaps")]
    [InlineData("sqlite:x?mode=ro")]
    public void What_cannot_be_read_is_refused_with_what_to_write_and_without_the_password(string text)
    {
        var error = Should.Throw<FormatException>(() => StorageConnection.Parse(text.Replace("PW", Escaped, StringComparison.Ordinal)));
        error.ToString().ShouldNotContain("geheim");
        error.Message.Length.ShouldBeGreaterThan(40);
    }
}
