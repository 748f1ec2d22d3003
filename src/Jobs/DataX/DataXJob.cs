using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orrery.Jobs.DataX;

/// <summary>A DataX job file, read.</summary>
public sealed partial class DataXJob
{
    DataXJob(DataXSide reader, DataXSide writer, List<DataXProblem> problems) => (Reader, Writer, Problems) = (reader, writer, problems);

    /// <summary>What is left out, and what is wrong.</summary>
    public IReadOnlyList<DataXProblem> Problems { get; }

    /// <summary>Channels that copy at the same time.</summary>
    public int Channels { get; private init; } = 1;

    /// <summary>Over all channels; 0: no bound.</summary>
    public long BytesPerSecond { get; private init; }

    /// <summary>Over all channels; 0: no bound.</summary>
    public long RowsPerSecond { get; private init; }

    /// <summary>Dirty rows beyond which the job fails; null: as many as there are.</summary>
    public long? DirtyRowsMax { get; private init; }

    /// <summary>The part of all rows that may be dirty, 0 to 1, looked at in the end; null: no bound.</summary>
    public double? DirtyShareMax { get; private init; }

    internal DataXSide Reader { get; }

    internal DataXSide Writer { get; }

    /// <summary>What it does, in words.</summary>
    public string Description => $"{Reader.Plugin} to {Writer.Plugin}";

    /// <summary>Reads a job file. What is wrong stands in <see cref="Problems"/>.</summary>
    /// <param name="text">JSON; comments and commas at an end are taken.</param>
    /// <param name="definitions">What <c>${name}</c> stands for, as DataX's <c>-D</c>.</param>
    /// <exception cref="DataXException">It is no JSON, or no job.</exception>
    public static DataXJob Parse(string text, IReadOnlyDictionary<string, string> definitions)
    {
        var problems = new List<DataXProblem>();
        text = Placeholder().Replace(text, match => definitions.TryGetValue(match.Groups[1].Value, out string? value) ? JsonEncodedText.Encode(value).ToString() : match.Value);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException wrong)
        {
            throw new DataXException([new DataXProblem("$", $"is no JSON: {wrong.Message}", IsError: true)]);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new DataXException([new DataXProblem("$", "is no object.", IsError: true)]);
            var root = new DataXNode(document.RootElement, "$", problems);
            root.Ignore("it sets up DataX itself", "core", "common", "entry", "plugin");
            if (root.Child("job") is not { } job) throw new DataXException([new DataXProblem("$.job", "is missing: a job file has an object 'job' with 'content' and 'setting'.", IsError: true)]);
            root.Finish();
            foreach (Match left in Placeholder().Matches(text)) problems.Add(new DataXProblem("$", $"{left.Value} stands for nothing: give it by --define {left.Groups[1].Value}=VALUE.", IsError: true));
            DataXNode[] contents = job.Children("content");
            if (contents.Length != 1) throw new DataXException([.. problems, new DataXProblem("$.job.content", $"has {contents.Length} entries: one with 'reader' and 'writer' is needed; make a file for each.", IsError: true)]);
            DataXNode content = contents[0];
            if (content.Has("transformer")) content.Error("transformer", "is not known here, and changes rows: say the same in the reader's columns or querySql.");
            DataXSide? reader = DataXPlugins.Read(content, "reader"), writer = DataXPlugins.Read(content, "writer");
            content.Finish();
            DataXNode setting = job.Child("setting") ?? new DataXNode(JsonDocument.Parse("{}").RootElement, "$.job.setting", problems);
            DataXNode? speed = setting.Child("speed"), limit = setting.Child("errorLimit");
            setting.Ignore("it does not concern what is copied", "log", "keyVersion", "restore", "jvmOption", "description", "name");
            job.Ignore("it does not concern what is copied", "jobId", "name", "description");
            long channels = Bounded(speed, "channel", 1, 64, 1), bytes = Bounded(speed, "byte", -1, long.MaxValue, 0), records = Bounded(speed, "record", -1, long.MaxValue, 0);
            speed?.Ignore("rows go in chunks here", "batchSize", "batchByteSize", "throttle", "concurrent");
            double? share = limit?.Fraction("percentage");
            if (share is < 0 or > 1) limit!.Error("percentage", $"is {share}: 0 to 1 is needed, where 0.02 is two of a hundred.");
            long? rows = limit?.Number("record");
            if (rows < 0) limit!.Error("record", $"is {rows}: 0 or more is needed.");
            setting.Finish();
            speed?.Finish();
            limit?.Finish();
            job.Finish();
            if (reader is null || writer is null) throw new DataXException(problems);
            return new DataXJob(reader, writer, problems)
            {
                Channels = (int)channels,
                BytesPerSecond = Math.Max(0, bytes),
                RowsPerSecond = Math.Max(0, records),
                DirtyRowsMax = rows,
                DirtyShareMax = rows is null ? share : null,
            };
        }
    }

    static long Bounded(DataXNode? node, string name, long least, long most, long otherwise)
    {
        if (node?.Number(name) is not { } number) return otherwise;
        if (number >= least && number <= most) return number;
        node.Error(name, $"is {number}: {least} to {most} is needed.");
        return otherwise;
    }

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_.]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
