using System.Data.Common;
using Orrery.Connectors.Dialects;

namespace Orrery.Grains.Tests.Sql;

/// <summary>The table <c>sums (k, n)</c> of a database that a sink writes into, as <c>k=n k=n</c>.</summary>
static class SumsTable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    public static async Task UntilAsync(IDatabase database, string rows)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (Rows(database) != rows && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
        Rows(database).ShouldBe(rows);
    }

    public static string Rows(IDatabase database)
    {
        var rows = new List<string>();
        using DbCommand command = database.Connection.CreateCommand();
        command.CommandText = "SELECT k, n FROM sums ORDER BY k";
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add($"{reader.GetInt64(0)}={reader.GetInt64(1)}");
        return string.Join(' ', rows);
    }
}
