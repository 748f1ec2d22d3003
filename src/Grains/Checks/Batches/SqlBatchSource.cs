using System.Data.Common;
using System.Globalization;

namespace Orrery.Grains.Checks.Batches;

/// <summary>
/// What databases have in common: each view becomes a temporary table of the session, within one transaction; nothing else is written. The account needs to read the tables and to make temporary tables.
/// </summary>
/// <param name="cancellationToken">Ends the statement that runs.</param>
abstract class SqlBatchSource(DbConnection connection, BatchPlan plan, BatchText text, TimeSpan timeout, CancellationToken cancellationToken) : IBatchSource
{
    const string Prefix = "orrery_check_";
    readonly Dictionary<string, string> computed = new(StringComparer.OrdinalIgnoreCase);

    public BatchPosition? Begin()
    {
        Forget();
        return BeginPicture();
    }

    public void Compute(BatchView view)
    {
        string table = TableName(Prefix + computed.Count.ToString(CultureInfo.InvariantCulture));
        Make(table, text.Rows(view, Rows));
        computed[view.Name] = table;
    }

    public void Read(BatchView view, Action<DbDataReader> row)
    {
        using DbCommand command = Command($"SELECT * FROM {computed[view.Name]}");
        using CancellationTokenRegistration ends = cancellationToken.Register(command.Cancel);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            row(reader);
        }
    }

    public virtual void Dispose() => connection.Dispose();

    /// <summary>The temporary table's name with what must stand before it.</summary>
    protected abstract string TableName(string name);

    protected abstract BatchPosition? BeginPicture();

    protected virtual void Make(string table, string rows) => Run($"CREATE TEMPORARY TABLE {table} AS {rows}");

    protected virtual void Drop(string table) => Run($"DROP TEMPORARY TABLE IF EXISTS {table}");

    protected void Run(string statement)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DbCommand command = Command(statement);
        using CancellationTokenRegistration ends = cancellationToken.Register(command.Cancel);
        command.ExecuteNonQuery();
    }

    protected Dictionary<string, string> Pairs(string query)
    {
        using DbCommand command = Command(query);
        using DbDataReader reader = command.ExecuteReader();
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
            pairs[reader.GetString(0)] = reader.GetString(1);
        return pairs;
    }

    string Rows(string name) => plan.Tables.TryGetValue(name, out BatchTable? table) ? text.Rows(table)
        : computed.TryGetValue(name, out string? done) ? $"SELECT * FROM {done}" : throw new InvalidOperationException($"It reads {name}, which could not be computed.");

    void Forget()
    {
        foreach (string table in computed.Values)
            Drop(table);
        computed.Clear();
    }

    DbCommand Command(string statement)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        return command;
    }
}
