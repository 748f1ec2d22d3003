using Orrery.Connectors.Sqlite;

namespace Orrery.Connectors.Tests.Sqlite;

/// <summary>The statements of the tests' table.</summary>
static class Items
{
    public static ValueTask<int> AddAsync(this SqliteDatabase database, long id, string text) =>
        database.WriteAsync((id, text), text.Length, static (session, item) => Add(session, item.id, item.text), TestContext.Current.CancellationToken);

    public static int Add(SqliteSession session, long id, string text) =>
        session.Prepare("INSERT INTO item (id, text) VALUES (?1, ?2)").Bind(1, id).Bind(2, text).Run();

    public static ValueTask<List<long>> ReadIdsAsync(this SqliteDatabase database) =>
        database.ReadAsync(0, static (session, _) =>
        {
            var ids = new List<long>();
            var statement = session.Prepare("SELECT id FROM item ORDER BY id");
            while (statement.Step()) ids.Add(statement.GetLong(0));
            return ids;
        }, TestContext.Current.CancellationToken);
}
