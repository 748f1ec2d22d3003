using Orrery.Agent.Processes;

namespace Orrery.Agent.Tests.Processes;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("mysqld --port=3306 --datadir=/x", "mysqld --port=3306 --datadir=/x")]
    [InlineData("app --password=hunter2 --port 1", "app --password=*** --port 1")]
    [InlineData("app --db-password hunter2 run", "app --db-password *** run")]
    [InlineData("app Server=a;User Id=sa;Password=hunter2;Encrypt=true", "app Server=a;User Id=sa;Password=***;Encrypt=true")]
    [InlineData("app Server=a;Pwd='hunter 2';x", "app Server=a;Pwd=***;x")]
    [InlineData("curl -H Authorization: Bearer hunter2", "curl -H Authorization: *** ***")]
    [InlineData("psql postgres://joe:hunter2@db/erp", "psql postgres://joe:***@db/erp")]
    [InlineData("orrery agent --server http://x --key ok_abc_hunter2hunter2", "orrery agent --server http://x --key ***")]
    [InlineData("sh -c run ok_abc_hunter2hunter2", "sh -c run ***")]
    [InlineData("mysql -u root -phunter2 erp", "mysql -u root -p*** erp")]
    [InlineData("env API_KEY=hunter2 SECRET_TOKEN=hunter2 app", "env API_KEY=*** SECRET_TOKEN=*** app")]
    [InlineData("app {\"secret\":\"hunter2\",\"port\":1}", "app {\"secret\":***,\"port\":1}")]
    public void Secrets_in_command_lines_are_hidden(string command, string shown)
    {
        SecretMask.Command(command).ShouldBe(shown);
        shown.ShouldNotContain("hunter");
    }

    [Fact]
    public void A_long_command_line_is_cut() => SecretMask.Command(string.Concat(Enumerable.Repeat("java -cp a.jar:password.jar ", 10_000))).Length.ShouldBe(SecretMask.CommandLengthMax);

    [Theory]
    [InlineData("erp", "erp", "", true)]
    [InlineData("kingdee-app-server", "kingdee-app-ser", "", true)]
    [InlineData("erp.jar", "java", "/usr/bin/java -Xmx4g -jar /opt/erp.jar", true)]
    [InlineData("sqlservr", "sqlservr.exe", "", true)]
    [InlineData("erp", "bash", "grep -r erpx", false)]
    public void A_watched_name_matches_the_program_or_the_file_it_runs(string name, string shortName, string command, bool matches) =>
        (new WatchList([name]).Match(shortName, command) is not null).ShouldBe(matches);
}
