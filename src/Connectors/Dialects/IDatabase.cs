using System.Data;
using System.Data.Common;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// One open connection to a database, for jobs and sinks. Its calls block: run them on a thread of their own. For one thread at a time. Reading streams rows in
/// bounded batches; writing takes such batches, casts every row to the table's own types (<see cref="RowCast"/>) and refuses what does not fit; nothing is
/// written of a call that fails, unless a transaction of the caller's own goes on.
/// </summary>
public interface IDatabase : IDisposable
{
    IDialect Dialect { get; }

    /// <exception cref="NotSupportedException">The connection is another process's.</exception>
    DbConnection Connection { get; }

    /// <summary>Whether the connection is lost: it is to be disposed of, and another opened.</summary>
    bool IsBroken { get; }

    /// <summary>The database's name.</summary>
    string Name { get; }

    IReadOnlyList<TableName> ListTables();

    /// <summary>A table's columns, key, indexes, defaults and comments from the live catalogue.</summary>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    /// <exception cref="NativeTypeException">A column has a type that no strict one stands for.</exception>
    TableDefinition ReadTable(TableName table);

    /// <summary>Runs a statement that answers nothing.</summary>
    /// <returns>How many rows it changed; below zero where the server does not say.</returns>
    long Execute(string statement);

    /// <summary>The rows of a small question, such as one to the catalogue, in the transaction that is under way: all values as text. It may take five minutes.</summary>
    IReadOnlyList<string?[]> Texts(string question);

    /// <summary>A command of a caller's own, part of the transaction that is under way; without a time-out.</summary>
    /// <exception cref="NotSupportedException">The connection is another process's.</exception>
    DbCommand Command(string text);

    /// <summary>Begins a transaction, which everything that follows is part of until it ends.</summary>
    /// <exception cref="InvalidOperationException">One is under way.</exception>
    /// <param name="isolation">How far others' changes are seen; unspecified: as the engine has it.</param>
    DatabaseTransaction Begin(IsolationLevel isolation = IsolationLevel.Unspecified);

    /// <summary>Whether this connection's server has the other's database, too, and reads its tables as <c>database.table</c> where the user may.</summary>
    bool Reaches(IDatabase other);

    /// <summary>Cuts a table into ranges of about so many rows, in the order of its key, one after the other as they are asked for. Each asks the index only.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rowsPerRange">1 at least.</param>
    /// <param name="after">Goes on behind this key; null from the begin.</param>
    IEnumerable<KeyRange> Plan(TableDefinition table, int rowsPerRange, byte[]? after = null);

    /// <summary>Streams rows. The batch is the same object each time.</summary>
    /// <exception cref="ValueRangeException">A value of the database that no strict type carries, such as infinity in a date; table, row, column and value are named.</exception>
    IEnumerable<RowBatch> Read(TableDefinition table, KeyRange range, ReadOptions options, CancellationToken cancellationToken = default);

    /// <summary>Inserts rows in bulk.</summary>
    /// <param name="table">Where.</param>
    /// <param name="batches">Rows; their columns are found in the table by name.</param>
    /// <param name="cancellationToken">Ends it; nothing is written then.</param>
    /// <returns>How many.</returns>
    /// <exception cref="ValueRangeException">A value does not fit.</exception>
    /// <exception cref="DbException">A key is there already, or the server fails.</exception>
    long Insert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default);

    /// <summary>Writes rows by their key: those there are updated in the rows' columns, the others inserted. Of several with one key the last counts.</summary>
    /// <exception cref="ValueRangeException">A value does not fit.</exception>
    /// <exception cref="ArgumentException">The table has no key, or the rows lack a column of it.</exception>
    long Upsert(TableDefinition table, IEnumerable<RowBatch> batches, CancellationToken cancellationToken = default);

    /// <summary>Deletes the rows of these keys.</summary>
    /// <param name="table">Where.</param>
    /// <param name="keys">Rows that have at least the key's columns.</param>
    /// <param name="cancellationToken">Ends it; nothing is deleted then.</param>
    /// <returns>How many there were.</returns>
    long Delete(TableDefinition table, IEnumerable<RowBatch> keys, CancellationToken cancellationToken = default);

    /// <summary>Count and content of a range, computed inside the database; equal for equal rows whatever the engine.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Names in the digest's order, each with the strict type by which both sides are compared: that of the source.</param>
    /// <param name="range">Which rows.</param>
    /// <param name="floats">How floats are spelled: as the other side spells them.</param>
    RowDigest Digest(TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal);
}

/// <summary>How rows are read.</summary>
public sealed record ReadOptions
{
    /// <summary>Names of the columns; all of the table's when empty.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Rows come in the order of the key.</summary>
    public bool InKeyOrder { get; init; }

    /// <summary>A batch ends with this row. 1 at least; default 1,000.</summary>
    public int BatchRowsLimit { get; init; } = 1000;

    /// <summary>A batch ends with the row that reaches these bytes. Default 1 MiB.</summary>
    public int BatchBytesLimit { get; init; } = 1 << 20;

    public static ReadOptions Default { get; } = new();
}
