using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.DataX;

/// <summary>A text file that is read.</summary>
sealed class TextPart(string path, int number, DataXTextReader side) : SequencePart(path, number)
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Files of the paths, in their order: a path may be a folder, or have stars in its last part.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static IReadOnlyList<TextPart> Of(DataXTextReader side, FileBounds bounds)
    {
        var files = new List<string>();
        foreach (string given in side.Paths)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(given)) ?? "/", pattern = Path.GetFileName(given);
            string[] found = Directory.Exists(given) ? Directory.GetFiles(given) : pattern.Contains('*', StringComparison.Ordinal) && Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : File.Exists(given) ? [given] : [];
            if (found.Length == 0) throw new FileNotFoundException($"{side.Path}.path: there is no file {given}.");
            files.AddRange(found.Order(StringComparer.Ordinal));
        }

        // A link in a folder that is allowed may lead elsewhere.
        foreach (string file in files) bounds.Check(file);
        return [.. files.Select((file, index) => new TextPart(file, index, side))];
    }

    public override IEnumerable<RowBatch> Read(long skip, Action<string> refuse, CancellationToken cancellationToken)
    {
        using Stream bytes = side.IsGzip ? new GZipStream(File.OpenRead(Name), CompressionMode.Decompress) : File.OpenRead(Name);
        using var text = new StreamReader(bytes, side.Encoding, detectEncodingFromByteOrderMarks: true, 1 << 16);
        var lines = new TextLines(text, side.Delimiter, side.HasQuotes);
        if (side.SkipsHeader) lines.Next();
        RowBatch? batch = null;
        IReadOnlyList<DataXColumn> columns = side.Columns;
        while (lines.Next() is { } values)
        {
            if (side.SkipsEmptyLines && values is [""]) continue;
            if (columns.Count == 0) columns = [.. Enumerable.Range(0, values.Count).Select(index => new DataXColumn(index, "string", null, null, null))];
            batch ??= new RowBatch(new TableSchema("", Path.GetFileName(Name), [.. columns.Select((column, index) => new Column($"{index + 1}", DataXValues.TypeOf(column.Type), column.Type, true))], []));
            if (skip > 0)
            {
                skip--;
                batch.RowsBefore++;
                continue;
            }

            int start = batch.Writer.Position;
            try
            {
                batch.Add([.. columns.Select(column => Value(values, column, lines.Line))]);
            }
            catch (Exception wrong) when (wrong is FormatException or ValueRangeException)
            {
                batch.Writer.Truncate(start);
                refuse(JsonSerializer.Serialize(new { table = Name, reason = $"line {lines.Line}: {wrong.Message}", row = values }, Json));
            }

            if (batch.Count < ReadOptions.Default.BatchRowsLimit && batch.Bytes < ReadOptions.Default.BatchBytesLimit) continue;
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
            batch.RowsBefore += batch.Count;
            batch.Clear();
        }

        if (batch is { Count: > 0 }) yield return batch;
    }

    object? Value(IReadOnlyList<string> values, DataXColumn column, long line)
    {
        if (column.Index is not { } index) return DataXValues.Typed(column.Value, column);
        if (index >= values.Count) throw new FormatException($"the line {line} has {values.Count} values, and the column at {index} is wanted");
        return values[index] == side.NullText ? null : DataXValues.Typed(values[index], column);
    }
}
