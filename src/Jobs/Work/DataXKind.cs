using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Jobs.DataX;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Work;

/// <summary>A DataX job file, run as it is: <see cref="DataXRun"/>. The whole file is a secret, for it holds passwords; it is shown without them.</summary>
sealed partial class DataXKind : JobKind<DataXDefinition>
{
    /// <summary>Stands for a password that is not shown.</summary>
    const string Hidden = "(kept)";

    public override string Name => "datax";

    public override IReadOnlyList<string> Secrets { get; } = ["file", "define"];

    /// <summary>Passwords are hidden where the file has them, and all that is defined, for it may be one.</summary>
    public override string Show(string field, string value)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(value);
            Hide(node, isAll: field == "define");
            return node?.ToJsonString() ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    public override JobLimits? Limits(JsonElement definition)
    {
        DataXDefinition read = Read(definition);
        DataXJob job = read.Job();
        return new JobLimits(read.RowsPerSecond > 0 ? read.RowsPerSecond : job.RowsPerSecond, read.BytesPerSecond > 0 ? read.BytesPerSecond : job.BytesPerSecond, read.Parallel > 0 ? read.Parallel : job.Channels);
    }

    public override IEnumerable<(string Field, string Address)> Reaches(JsonElement definition)
    {
        DataXJob job = Read(definition).Job();
        foreach (DataXSide side in new[] { job.Reader, job.Writer })
            foreach (string address in side switch
            {
                DataXDatabase database => database.Connections.Select(connection => $"{connection.Address.Dialect.Engines[0]}:{connection.Address.ConnectionString}"),
                DataXTextReader reader => reader.Paths,
                DataXTextWriter writer => [Path.Combine(writer.Folder, writer.FileName)],
                _ => [],
            })
                yield return ("file", address);
    }

    protected override void Check(DataXDefinition definition, List<string> errors)
    {
        if (definition.ChunkRows is < 1 or > 10_000_000) errors.Add($"chunkRows is {definition.ChunkRows}: 1 to 10,000,000");
        if (definition.RowsPerSecond < 0 || definition.BytesPerSecond < 0 || definition.Parallel is < 0 or > 64) errors.Add("rowsPerSecond and bytesPerSecond: 0 or more; parallel: 0 to 64, where 0 is as the file says");
        if (definition.AwayMinutes is < 0 or > 10_080) errors.Add($"awayMinutes is {definition.AwayMinutes}: 0 to 10,080");
        if (definition.File is not { ValueKind: JsonValueKind.Object } file)
        {
            errors.Add("file is missing: the DataX job file itself, an object with 'job'");
            return;
        }

        if (file.GetRawText().Contains($"\"{Hidden}\"", StringComparison.Ordinal) || definition.Define.Values.Contains(Hidden)) errors.Add($"a password is '{Hidden}': a file that is changed has to have its passwords, and all that is defined, written again");
        try
        {
            errors.AddRange(definition.Job().Problems.Where(problem => problem.IsError).Select(problem => problem.ToString().TrimEnd('.')));
        }
        catch (DataXException wrong)
        {
            errors.AddRange(wrong.Problems.Where(problem => problem.IsError).Select(problem => problem.ToString().TrimEnd('.')));
        }
    }

    protected override JobAssessment Assess(DataXDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        DataXJob job = definition.Job();
        try
        {
            DataXPlan plan = new DataXRun(job, definition.Options(context), context.Control, context.Time, null, TextWriter.Null).Assess();
            return new JobAssessment(
                string.Create(CultureInfo.InvariantCulture, $"{job.Description}: {plan.Parts.Count} parts, {job.Channels} channels."),
                [.. plan.Parts.Select(part => new AssessedTable($"{part.From} to {part.To}", part.RowsEstimate > 0 ? part.RowsEstimate : -1, part.IsSplit ? "in ranges of splitPk" : null))],
                [.. plan.Problems.Select(problem => new HandWork("option", problem.Path, problem.Text))], [], plan.Parts.Sum(part => part.RowsEstimate), null);
        }
        catch (DataXException wrong)
        {
            string[] blockers = [.. wrong.Problems.Where(problem => problem.IsError).Select(problem => problem.ToString())];
            return new JobAssessment($"{job.Description}: it cannot be run as it is.", [], [], blockers, -1, null);
        }
    }

    protected override JobResult Run(DataXDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(context.Folder);
        DataXJob job = definition.Job();
        if (definition.RowsPerSecond > 0 || definition.BytesPerSecond > 0 || definition.Parallel > 0)
            context.Control.Limit(new JobLimits(definition.RowsPerSecond > 0 ? definition.RowsPerSecond : job.RowsPerSecond, definition.BytesPerSecond > 0 ? definition.BytesPerSecond : job.BytesPerSecond, definition.Parallel > 0 ? definition.Parallel : job.Channels));
        DataXReport report = new DataXRun(job, definition.Options(context), context.Control, context.Time, context.Progress, TextWriter.Null).Run(cancellationToken);
        return new JobResult(report.Dirty == 0, string.Create(CultureInfo.InvariantCulture, $"{job.Description}: {report.Rows:N0} rows; {report.RowsOfRun:N0} of them in this run, in {report.Elapsed.TotalSeconds:N1} s.{(report.Dirty > 0 ? $" {report.Dirty:N0} dirty rows were put aside." : "")}"))
        {
            Rows = report.Rows,
            Rejects = report.Dirty,
            HandWork = [.. report.Problems.Select(problem => new HandWork("option", problem.Path, problem.Text))],
        };
    }

    static void Hide(JsonNode? node, bool isAll)
    {
        if (node is JsonArray list)
        {
            for (int index = 0; index < list.Count; index++)
            {
                if (list[index] is JsonValue value && value.TryGetValue(out string? text)) list[index] = UrlPassword().Replace(text, $"$1{Hidden}");
                else Hide(list[index], isAll);
            }
        }

        if (node is not JsonObject part) return;
        foreach ((string name, JsonNode? each) in part.ToList())
        {
            if (each is not JsonValue value || !value.TryGetValue(out string? text)) Hide(each, isAll);
            else if (isAll || name.Equals("password", StringComparison.OrdinalIgnoreCase)) part[name] = Hidden;
            else part[name] = UrlPassword().Replace(text, $"$1{Hidden}");
        }
    }

    /// <summary>A driver's setting within an address.</summary>
    [GeneratedRegex(@"([?&;]password=)[^&;]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlPassword();
}
