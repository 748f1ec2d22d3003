using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.MySql;

/// <summary>Applies transactions to a real MySQL or MariaDB, each as one of its own.</summary>
public sealed class MySqlTarget : IAsyncDisposable
{
    readonly MySqlConnection connection;

    MySqlTarget(MySqlConnection connection) => this.connection = connection;

    /// <summary>Opens it and makes the databases and tables where they are not there.</summary>
    /// <param name="startsAnew">Whether databases of these names are dropped first.</param>
    public static async Task<MySqlTarget> OpenAsync(string connectionString, bool startsAnew, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            var target = new MySqlTarget(connection);
            if (startsAnew)
                foreach (string database in RetailSchema.Instance.Tables.Select(static table => table.Database).Distinct())
                    await target.RunAsync($"DROP DATABASE IF EXISTS {database}", cancellationToken);
            foreach ((_, string text) in RetailSchema.Instance.Scripts)
                await target.RunAsync(text.Replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", StringComparison.Ordinal), cancellationToken);
            return target;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task ApplyAsync(RetailTransaction transaction, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("START TRANSACTION;");
        Append(text, transaction);
        return RunAsync(text.Append("COMMIT").ToString(), cancellationToken);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>The statements of a transaction. One text with the values in it: a driver's parameters cost a round trip a row. All values are the generator's own.</summary>
    internal static void Append(StringBuilder text, RetailTransaction transaction)
    {
        foreach (RowChange change in transaction.Changes)
            Append(text, change);
    }

    async Task RunAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Append(StringBuilder text, RowChange change)
    {
        RetailTable table = change.Table;
        switch (change.Kind)
        {
            case RowChangeKind.Insert:
                // Master data and balances of an earlier play may be there.
                text.Append("REPLACE INTO ").Append(table.FullName).Append(" VALUES (").AppendJoin(", ", change.After!.Select((value, place) => Literal(value, table.Columns[place]))).Append(')');
                break;
            case RowChangeKind.Update:
                text.Append("UPDATE ").Append(table.FullName).Append(" SET ").AppendJoin(", ", Enumerable.Range(0, table.Columns.Count)
                    .Where(place => !Equals(change.Before![place], change.After![place]))
                    .Select(place => $"{table.Columns[place].Name} = {Literal(change.After![place], table.Columns[place])}"));
                AppendKey(text, table, change.Before!);
                break;
            default:
                text.Append("DELETE FROM ").Append(table.FullName);
                AppendKey(text, table, change.Before!);
                break;
        }

        text.Append(';');
    }

    static void AppendKey(StringBuilder text, RetailTable table, object?[] row) =>
        text.Append(" WHERE ").AppendJoin(" AND ", table.KeyColumns.Select(place => $"{table.Columns[place].Name} = {Literal(row[place], table.Columns[place])}"));

    static string Literal(object? value, RetailColumn column) => (value, Canal.CanalEncoder.Text(value, column)) switch
    {
        (null, _) => "NULL",
        (long or decimal, var number) => number!,
        (_, var written) => "'" + written!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'",
    };
}
