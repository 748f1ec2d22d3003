using System.Globalization;
using System.Text.Json;
using NpgsqlTypes;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>From where a capture goes on.</summary>
/// <param name="Position">End of the last transaction that was handed out whole; 0 before the first.</param>
/// <param name="Sequence">The last sequence that was handed out.</param>
/// <param name="Table">Index of the table whose snapshot goes on; the number of tables once all are done.</param>
/// <param name="Key">The last key, as text, of that table's rows that were handed out; null before its first chunk.</param>
sealed record PostgreSqlCheckpoint(ulong Position, long Sequence, int Table, string[]? Key)
{
    public string Format() => JsonSerializer.Serialize(new Stored(new NpgsqlLogSequenceNumber(Position).ToString(), Sequence, Table, Key));

    /// <exception cref="ArgumentException">The text is no checkpoint.</exception>
    public static PostgreSqlCheckpoint Parse(string text)
    {
        try
        {
            Stored stored = JsonSerializer.Deserialize<Stored>(text)!;
            return new PostgreSqlCheckpoint((ulong)NpgsqlLogSequenceNumber.Parse(stored.Lsn), stored.Sequence, stored.Table, stored.Key);
        }
        catch (Exception error) when (error is JsonException or FormatException or NullReferenceException or ArgumentNullException)
        {
            throw new ArgumentException($"'{text}' is no checkpoint of a PostgreSQL capture.", nameof(text), error);
        }
    }

    sealed record Stored(string Lsn, long Sequence, int Table, string[]? Key);
}
