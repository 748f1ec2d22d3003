using System.Data;
using System.Data.Common;

namespace Orrery.Storage.Sql;

/// <summary>What went wrong, in the terms that decide what to do next.</summary>
enum SqlFault
{
    /// <summary>The statement or the data. Repeating it does not help.</summary>
    Other,

    /// <summary>The transaction lost against another (deadlock, serialization, lock time-out): repeating it helps.</summary>
    Conflict,

    /// <summary>A row of this key is there: another process was faster.</summary>
    Duplicate,

    /// <summary>The server cannot be reached, ends, starts or is too busy: it may be back soon.</summary>
    Unavailable,

    /// <summary>The password, the user or the database is refused: a person has to change something.</summary>
    Refused,
}

/// <summary>What one database says differently from the others. Everything else is written once, over this.</summary>
abstract class SqlDialect
{
    /// <summary>The database's name, for people.</summary>
    public abstract string Name { get; }

    /// <summary>After a table's name where rows are read to be changed; empty where the lock is asked for at the statement's end.</summary>
    public virtual SqlRaw LockHint => SqlRaw.Empty;

    /// <summary>At the end of a statement that reads rows to change them.</summary>
    public virtual SqlRaw LockSuffix => new("FOR UPDATE");

    /// <summary>Rows in one statement at most.</summary>
    public abstract int StatementRowsLimit { get; }

    /// <summary>Bytes of values in one statement at most, about.</summary>
    public abstract long StatementBytesLimit { get; }

    /// <summary>In which transactions that read several tables see one moment.</summary>
    public abstract IsolationLevel ReadIsolation { get; }

    /// <summary>A connection that is not open yet, with these limits.</summary>
    public abstract DbConnection CreateConnection(string connectionString, TimeSpan connectTimeout);

    /// <summary>Settings of a connection that was just opened.</summary>
    public abstract void Prepare(SqlSession session);

    /// <summary>Fills in the text and the parameters of a command.</summary>
    public abstract void Render(DbCommand command, FormattableString statement);

    public abstract void Insert(SqlSession session, SqlRows rows);

    /// <summary>Changes these columns of rows that are there; rows carry all columns.</summary>
    public abstract void Update(SqlSession session, SqlRows rows, params string[] columns);

    /// <summary>Inserts, or replaces rows of the same key.</summary>
    public abstract void Upsert(SqlSession session, SqlRows rows);

    /// <summary>Removes the rows of these keys: arrays of as many values as the table's key has columns.</summary>
    public abstract void Delete(SqlSession session, SqlTable table, IReadOnlyList<object?[]> keys);

    /// <summary>After SELECT, where only the first rows are wanted; empty where that is said at the end.</summary>
    public virtual SqlRaw LimitHead(int rows) => SqlRaw.Empty;

    public virtual SqlRaw LimitTail(int rows) => new($"LIMIT {rows}");

    /// <summary>Number of bytes in a column.</summary>
    public virtual SqlRaw LengthOf(string column) => new($"octet_length({column})");

    public abstract string CreateTable(SqlTable table);

    public abstract string CreateIndex(SqlTable table, params string[] columns);

    /// <summary>One row with a number above 0 where a table of this name is there.</summary>
    public abstract FormattableString CountTables(string name);

    /// <summary>Takes the lock under which the schema is changed; ends with the transaction or with <see cref="UnlockSchema"/>. False: not within the time.</summary>
    public abstract bool TryLockSchema(SqlSession session, int timeoutSeconds);

    public virtual void UnlockSchema(SqlSession session)
    {
    }

    public abstract SqlFault FaultOf(Exception error);

    /// <summary>What a person can do about a <see cref="SqlFault.Refused"/>, or any other fault; empty where the server's own message says it all.</summary>
    public abstract string Advice(Exception error);

    /// <summary>Where the connection goes, without user's secrets: <c>database at host:port</c>.</summary>
    public abstract string Describe(string connectionString);

    protected static string IndexName(SqlTable table, string[] columns) => $"{table.Name}_by_{string.Join('_', columns)}";
}
