using System.Data;
using System.Data.Common;

namespace Orrery.Storage.Sql;

/// <summary>One open connection. For one thread at a time; all calls block.</summary>
sealed class SqlSession(SqlDialect dialect, DbConnection connection) : IDisposable
{
    DbTransaction? transaction;

    public SqlDialect Dialect => dialect;

    public DbConnection Connection => connection;

    /// <summary>For the statements to come.</summary>
    public int StatementTimeoutSeconds { get; set; } = 30;

    /// <summary>Whether a commit, or a statement that is its own transaction, was sent and its outcome is not known.</summary>
    public bool IsCommitting { get; private set; }

    /// <summary>Runs work in one transaction; where it throws, the transaction is undone.</summary>
    public T InTransaction<T>(IsolationLevel isolation, Func<SqlSession, T> work)
    {
        IsCommitting = false;
        transaction = connection.BeginTransaction(isolation);
        try
        {
            var result = work(this);
            IsCommitting = true;
            transaction.Commit();
            IsCommitting = false;
            return result;
        }
        finally
        {
            transaction.Dispose(); // Undoes what was not committed.
            transaction = null;
        }
    }

    /// <summary>Values in the text become parameters or literals; <see cref="SqlRaw"/> stays as it is. Answers the number of rows changed.</summary>
    public int Execute(FormattableString statement)
    {
        using var command = CreateCommand();
        dialect.Render(command, statement);
        return ExecuteCommand(command);
    }

    /// <summary>Runs a prepared command; outside of a transaction it is one of its own.</summary>
    public int ExecuteCommand(DbCommand command)
    {
        IsCommitting = transaction is null;
        var changed = command.ExecuteNonQuery();
        IsCommitting = false;
        return changed;
    }

    public List<T> Query<T>(FormattableString statement, Func<DbDataReader, T> read)
    {
        using var command = CreateCommand();
        dialect.Render(command, statement);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public DbCommand CreateCommand()
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandTimeout = StatementTimeoutSeconds;
        return command;
    }

    public void Dispose() => connection.Dispose();
}

static class SqlReading
{
    public static string GetTexts(this DbDataReader reader, int column) => SqlTexts.Decode(reader.GetString(column));

    public static byte[] GetBytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}
