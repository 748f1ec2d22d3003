using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Running;

/// <summary>Rows that the target did not take, as JSON lines with the reason; written when their chunk is committed. Counts them against a quota over the whole job.</summary>
sealed class RejectFile(string? path, long quota, long before)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lock gate = new();
    long count = before;

    public long Count => Volatile.Read(ref count);

    /// <summary>Rows that may still be put aside.</summary>
    public long Left => quota - Count;

    /// <summary>A row as a line.</summary>
    public static string Line(string table, TableSchema schema, ReadOnlySpan<byte> row, string reason)
    {
        object?[] values = RowValues.ReadAll(schema, row);
        var shown = new Dictionary<string, object?>();
        for (int index = 0; index < values.Length; index++)
            shown[schema.Columns[index].Name] = values[index] switch
            {
                null or string or bool => values[index],
                byte[] bytes => "0x" + Convert.ToHexString(bytes),
                IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                var other => other.ToString(),
            };
        return JsonSerializer.Serialize(new { table, reason, row = shown }, Json);
    }

    /// <summary>Keeps the rows of a chunk that was committed.</summary>
    public void Keep(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        lock (gate)
        {
            count += lines.Count;
            File.AppendAllLines(path!, lines);
        }
    }
}

/// <summary>More rows were refused than the job may put aside, or one where it may put aside none.</summary>
public sealed class RejectQuotaException(string message, Exception? inner) : Exception(message, inner);
