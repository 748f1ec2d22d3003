using Orrery.Agent.Databases;
using Orrery.Client;

namespace Orrery.Agent.Tests.Databases;

public sealed class DatabaseTextTests
{
    [Theory]
    [InlineData("SELECT * FROM t WHERE a = 'O''Neil' AND b=12.5", "SELECT * FROM t WHERE a = ? AND b=?")]
    [InlineData("SELECT  a1, t_2\n FROM `my 3 table` -- note 4\nWHERE x IN (1,2, 0xFF)", "SELECT a1, t_2 FROM `my 3 table` WHERE x IN (?,?, ?)")]
    [InlineData("/* app 7 */ UPDATE [t 1] SET n=N'x' WHERE id=@p1 AND j=$1", "UPDATE [t 1] SET n=N? WHERE id=@p1 AND j=$1")]
    [InlineData("SELECT 'never ends", "SELECT ?")]
    public void Literals_leave_statements(string statement, string normalized) => StatementText.Normalize(statement, 1000).ShouldBe(normalized);

    [Fact]
    public void Variables_that_hold_secrets_are_hidden_and_those_about_secrets_are_shown()
    {
        var draft = new DatabaseReportDraft();
        draft.Variable("password_encryption", "scram-sha-256");
        draft.Variable("old_passwords", "0");
        draft.Variable("wsrep_sst_auth", "root:hunter2");
        draft.Variable("archive_command", "cp --password=hunter2 %p");
        draft.Variable("primary_conninfo", "host=a user=b password=hunter2");
        DatabaseReport report = draft.Finish("x", DateTimeOffset.UnixEpoch, []);
        report.Variables["password_encryption"].ShouldBe("scram-sha-256");
        report.Variables["old_passwords"].ShouldBe("0");
        report.Variables.Values.ShouldAllBe(v => !v.Contains("hunter2"));
    }

    [Fact]
    public void Sql_server_is_only_asked_through_views_that_view_server_state_grants()
    {
        foreach (string statement in new[] { SqlServerProbe.Sessions, SqlServerProbe.Locks, SqlServerProbe.Counters, SqlServerProbe.Sizes, SqlServerProbe.Variables, SqlServerProbe.Slow })
        {
            statement.ShouldStartWith("SELECT");
            statement.ShouldNotContain(";");
            statement.ShouldContain(" sys.");
            statement.Count(c => c == '(').ShouldBe(statement.Count(c => c == ')'));
        }
    }

    [Fact]
    public async Task A_sql_server_that_cannot_be_reached_is_down_with_the_reason()
    {
        int port = Orrery.Tests.Servers.ServerProcess.FreePort();
        await using WatchedDatabase watched = await WatchedDatabase.Start("sqlserver", $"Server=127.0.0.1,{port};User ID=orrery;Password=hunter2;Encrypt=false");
        await watched.Until(() => watched.Newest("db_up") == 0 && watched.Report is not null, "a database that is down");
        // The tests' process runs without cultures, as the product does by default; then the reason is that.
        watched.Report!.Value.GetProperty("error").GetString()!.ShouldMatch("^(SqlException|NotSupportedException: SQL Server's driver needs the cultures)");
        watched.Report!.Value.GetRawText().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("erp=postgresql:Host=x;Password=a=b:c", "erp", "postgresql", "Host=x;Password=a=b:c")]
    [InlineData("a=SQLite:Data Source=/x", "a", "sqlite", "Data Source=/x")]
    public void A_database_is_given_by_name_engine_and_connection_string(string text, string name, string engine, string connectionString) =>
        DatabaseTarget.Parse(text).ShouldBe(new DatabaseTarget(name, engine, connectionString));

    [Theory]
    [InlineData("")]
    [InlineData("erp")]
    [InlineData("=mysql:hunter2")]
    [InlineData("erp=mysql:")]
    [InlineData("erp=:hunter2")]
    public void A_wrong_form_is_refused_without_repeating_it(string text) =>
        Should.Throw<FormatException>(() => DatabaseTarget.Parse(text)).Message.ShouldNotContain("hunter2");

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_not_repeated()
    {
        foreach (string engine in new[] { "mysql", "postgresql", "sqlserver", "sqlite" })
        {
            Orrery.Connectors.DatabaseProviders.TryFind(engine, out var provider).ShouldBeTrue();
            Should.Throw<ArgumentException>(() => provider!.Open("nonsense hunter2", TimeSpan.FromSeconds(1))).Message.ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public void Options_that_cannot_work_are_all_named_at_once()
    {
        var error = Should.Throw<ArgumentException>(() => new AgentOptions { Interval = TimeSpan.Zero, Databases = [new DatabaseTarget("a", "dbase", "x"), new DatabaseTarget("a", "mysql", "x")] }.Validate());
        foreach (string part in new[] { "--server", "--key", "--interval", "dbase", "must be unique" })
            error.Message.ShouldContain(part);
        new DatabaseTarget("a", "mysql", "hunter2").ToString().ShouldNotContain("hunter2");
    }
}
