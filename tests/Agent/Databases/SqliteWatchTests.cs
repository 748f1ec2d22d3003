using Microsoft.Data.Sqlite;
using Orrery.Connectors.Sqlite;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Databases;

public sealed class SqliteWatchTests
{
    [Fact]
    public async Task A_file_is_watched_read_only_and_a_missing_one_is_down()
    {
        using var folder = new TestDirectory();
        string path = Path.Combine(folder.Path, "erp.db");
        await using WatchedDatabase watched = await WatchedDatabase.Start("sqlite", "Data Source=" + path);
        await watched.Until(() => watched.Newest("db_up") == 0, "a file that is not there");
        File.Exists(path).ShouldBeFalse();
        using (SqliteConnection owner = SqliteConnections.Open("Data Source=" + path))
            WatchedDatabase.Execute(owner, "CREATE TABLE t(i); INSERT INTO t VALUES (zeroblob(100000))");
        await watched.Until(() => watched.Newest("db_up") == 1 && watched.Newest("db_size_bytes") > 100_000, "the file's size");
        await watched.Until(() => watched.Report!.Value.GetProperty("error").GetString() is null, "a report without an error");
        watched.Report!.Value.GetProperty("variables").GetProperty("page_size").GetString().ShouldBe("4096");
    }
}
