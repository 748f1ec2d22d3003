using System.Text;
using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>A prepared statement of one session, kept and used again. Bind from 1, read columns from 0. Not for two threads at once.</summary>
public sealed class SqliteStatement : IDisposable
{
    const int StackBytes = 512;
    static readonly byte[] Empty = [];

    readonly SqliteSession session;
    readonly sqlite3_stmt handle;

    internal SqliteStatement(SqliteSession session, sqlite3_stmt handle)
    {
        this.session = session;
        this.handle = handle;
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        var bytesMax = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(handle, index, "")); // An empty span would arrive as a null pointer, which is NULL.
        }
        else if (bytesMax <= StackBytes)
        {
            Span<byte> buffer = stackalloc byte[StackBytes];
            Check(raw.sqlite3_bind_text(handle, index, (ReadOnlySpan<byte>)buffer[..Encoding.UTF8.GetBytes(value, buffer)]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(handle, index, (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(value)));
        }

        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>Goes to the next row. False, and the statement is ready for the next use, when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(handle);
            return false;
        }

        var error = session.Error(code, "run a statement on");
        raw.sqlite3_reset(handle);
        throw error;
    }

    /// <summary>Runs a statement whose rows, if any, are not wanted. Answers how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return session.Changes;
    }

    /// <summary>Ends the current use before the last row was reached.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public long GetLong(int column) => raw.sqlite3_column_int64(handle, column);

    public string GetText(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>A copy of the column's bytes; empty where it is null.</summary>
    public byte[] GetBlob(int column)
    {
        var bytes = raw.sqlite3_column_blob(handle, column);
        return bytes.IsEmpty ? Empty : bytes.ToArray();
    }

    public int GetBytes(int column) => raw.sqlite3_column_bytes(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public void Dispose() => handle.Dispose();

    void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw session.Error(code, "bind a value for");
    }
}
