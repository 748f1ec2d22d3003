using System.Text.Json;
using Orrery.Jobs.DataX;

namespace Orrery.Jobs.Work;

/// <summary>A DataX job file, and the options of <c>orrery migrate --datax</c>.</summary>
public sealed record DataXDefinition
{
    /// <summary>The file itself: an object with <c>job</c>.</summary>
    public JsonElement? File { get; init; }

    /// <summary>What <c>${NAME}</c> stands for.</summary>
    public IReadOnlyDictionary<string, string> Define { get; init; } = new Dictionary<string, string>();

    public int ChunkRows { get; init; } = 100_000;

    public int AwayMinutes { get; init; } = 120;

    /// <summary>0: as the file says.</summary>
    public long RowsPerSecond { get; init; }

    /// <summary>0: as the file says.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Channels, 1 to 64; 0: as the file says.</summary>
    public int Parallel { get; init; }

    /// <exception cref="DataXException">It is no job.</exception>
    internal DataXJob Job() => DataXJob.Parse(File is { ValueKind: JsonValueKind.Object } file ? file.GetRawText() : "{}", Define);

    internal DataXOptions Options(JobContext context) => new() { Job = context.Job, ChunkRows = ChunkRows, AwayMax = TimeSpan.FromMinutes(AwayMinutes), RejectFile = context.RejectFile, Files = context.Files };
}
