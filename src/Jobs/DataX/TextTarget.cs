using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>
/// Text files, one a chunk: <c>NAME__JOB_PART_CHUNK</c>. A file is written beside under another name, flushed and renamed, and then noted in the job's journal in the same folder, which goes with the job's
/// end. A chunk that was renamed and not noted is written again under the same name.
/// </summary>
sealed class TextTarget(DataXTextWriter side, string job) : DataXTarget
{
    readonly DataXTextWriter side = side;
    readonly string job = job;
    readonly Lock gate = new();
    readonly HashSet<(string, long)> done = [];

    string Journal => Path.Combine(side.Folder, $".{side.FileName}.{job}.orrery.jsonl");

    public override IReadOnlyList<DoneChunk> Begin(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(side.Folder);
        if (!File.Exists(Journal))
        {
            string[] there = [.. Directory.GetFiles(side.Folder).Where(path => Path.GetFileName(path).StartsWith(side.FileName, StringComparison.Ordinal))];
            if (side.Mode == "nonConflict" && there.Length > 0) throw new IOException($"{side.Path}.writeMode is nonConflict, and {side.Folder} has {there.Length} files whose names begin with '{side.FileName}', such as {there[0]}. Take them away, or write truncate or append.");
            if (side.Mode == "truncate")
                foreach (string path in there) File.Delete(path);
            File.WriteAllText(Journal, "");
        }

        var chunks = new List<DoneChunk>();
        foreach (string line in File.ReadAllLines(Journal))
        {
            // The last line may be torn: its chunk is written again.
            if (!line.EndsWith('}')) continue;
            DoneChunk chunk = JsonSerializer.Deserialize<DoneChunk>(line)!;
            if (done.Add((chunk.Table, chunk.Chunk))) chunks.Add(chunk);
        }

        return [.. chunks.OrderBy(chunk => chunk.Chunk)];
    }

    public override DataXChannel Open() => new Channel(this);

    public override void End(CancellationToken cancellationToken) => File.Delete(Journal);

    sealed class Channel(TextTarget owner) : DataXChannel
    {
        static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        DataXTextWriter Side => owner.side;

        public override bool Has(DataXPart part, long number)
        {
            lock (owner.gate) return owner.done.Contains((DatabaseTarget.NameOf(part), number));
        }

        public override long Write(DataXChunk chunk, bool isCareful, CancellationToken cancellationToken)
        {
            string name = $"{Side.FileName}__{owner.job}_{chunk.Part.Number}_{(chunk.Number == long.MaxValue ? "null" : chunk.Number)}{Side.Suffix}{(Side.IsGzip ? ".gz" : "")}";
            string path = Path.Combine(Side.Folder, name), beside = Path.Combine(Side.Folder, $".{name}.tmp");
            long rows;
            using (FileStream file = File.Create(beside))
            {
                using (Stream to = Side.IsGzip ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(file, 1 << 16)) rows = Lines(chunk, to, cancellationToken);
                if (file.CanWrite) file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            var noted = new DoneChunk(DatabaseTarget.NameOf(chunk.Part), chunk.Number, rows, chunk.Dirty.Count, chunk.Range.After, chunk.Range.UpTo);
            lock (owner.gate)
            {
                File.AppendAllText(owner.Journal, JsonSerializer.Serialize(noted) + "\n");
                owner.done.Add((noted.Table, noted.Chunk));
            }

            return rows;
        }

        public override void Dispose()
        {
        }

        long Lines(DataXChunk chunk, Stream to, CancellationToken cancellationToken)
        {
            long rows = 0;
            if (Side.Header.Count > 0) to.Write(Side.Encoding.GetBytes(Line(Side.Header)));
            foreach (RowBatch batch in chunk.Rows())
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int row = 0; row < batch.Count; row++)
                {
                    object?[] values = RowValues.ReadAll(batch.Schema, batch[row]);
                    try
                    {
                        to.Write(Side.Encoding.GetBytes(Line(values.Select(value => DataXValues.Text(value, Side.DateFormat) ?? Side.NullText))));
                        rows++;
                    }
                    catch (Exception wrong) when (wrong is FormatException or EncoderFallbackException)
                    {
                        chunk.Dirty.Add(RejectFile.Line(chunk.Part.Name, batch.Schema, batch[row], wrong.Message));
                        chunk.Check();
                    }
                }
            }

            return rows;
        }

        string Line(IEnumerable<string> values) => string.Join(Side.Delimiter, Side.IsCsv ? values.Select(Quoted) : values) + "\n";

        string Quoted(string value) => value.AsSpan().IndexOfAny(Side.Delimiter, '"', '\n') < 0 && !value.Contains('\r', StringComparison.Ordinal) ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
