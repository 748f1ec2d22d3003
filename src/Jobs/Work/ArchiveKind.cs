using System.Globalization;
using System.Text.Json;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Work;

/// <summary>Moves closed documents into an archive, proven: <see cref="ArchiveRun"/>. Run again under the same name, it goes on where it was.</summary>
sealed class ArchiveKind : JobKind<ArchiveDefinition>
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public override string Name => "archive";

    public override IReadOnlyList<string> Secrets { get; } = ["from", "to", "replicas"];

    protected override IReadOnlyList<string> Addresses(string field, string value) => ArchiveDefinition.AddressesOf(field, value);

    protected override void Check(ArchiveDefinition definition, List<string> errors) => definition.Check(isArchive: true, errors);

    protected override JobAssessment Assess(ArchiveDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            ArchivePlan plan = RunOf(definition, context).Plan(cancellationToken);
            long going = plan.Kinds.Sum(static kind => kind.Going);
            return new JobAssessment(
                string.Create(CultureInfo.InvariantCulture, $"{JobAddress.Show(definition.From!)}: {going:N0} documents in {plan.Groups:N0} groups may go, {plan.Kinds.Sum(static kind => kind.Held.Values.Sum(static count => (long)count)):N0} stay."),
                [.. plan.Kinds.Select(kind => new AssessedTable(kind.Document, kind.Going, kind.Examples.FirstOrDefault()))], [.. plan.Warnings.Select(static warning => new HandWork("index", "", warning))], [], going, null);
        }
        catch (ArchiveException wrong)
        {
            return new JobAssessment(wrong.Message, [], [], [wrong.Message], -1, null);
        }
    }

    protected override JobResult Run(ArchiveDefinition definition, JobContext context, CancellationToken cancellationToken) =>
        Result(RunOf(definition, context).Run(
            value =>
            {
                context.Control.Wait(cancellationToken);
                context.Progress?.Report(Progress(context, value.Documents, value.DocumentsTotal, value.RowsPerSecond) with { Waiting = value.Waiting });
            }, cancellationToken), "went to the archive");

    /// <summary>What a run left, in the job's terms.</summary>
    public static JobResult Result(ArchiveReport report, string done) => new(
        report.IsProven,
        string.Create(CultureInfo.InvariantCulture, $"{report.Documents:N0} documents, {report.Rows:N0} rows {done} in {report.Duration.TotalSeconds:N1} s.{(report.Edited.Count > 0 ? $" {report.Edited.Count:N0} were edited meanwhile and stay." : "")}{(report.IsProven ? "" : " Balances or checks are not as they were before.")}"))
    {
        Rows = report.Rows,
        HandWork = [.. report.Edited.Select(static document => new HandWork("document", document, "was edited while it was archived, and stays"))],
        Report = JsonSerializer.SerializeToElement(report, Json),
    };

    /// <summary>How far it is: documents stand for rows.</summary>
    public static JobProgress Progress(JobContext context, long documents, long total, double rate) =>
        new(JobPhase.Copying, documents, total, 0, rate, null, "", 0, context.Time.GetUtcNow() + TimeSpan.FromDays(1));

    static ArchiveRun RunOf(ArchiveDefinition definition, JobContext context) =>
        new(DatabaseAddress.Parse(definition.From!).Open, DatabaseAddress.Parse(definition.To!).Open, definition.ReadRules(), definition.Options(), context.Time);
}

/// <summary>Brings documents back: <see cref="ArchiveRestore"/>.</summary>
sealed class RestoreKind : JobKind<ArchiveDefinition>
{
    public override string Name => "restore";

    public override IReadOnlyList<string> Secrets { get; } = ["from", "to", "replicas"];

    protected override IReadOnlyList<string> Addresses(string field, string value) => ArchiveDefinition.AddressesOf(field, value);

    protected override void Check(ArchiveDefinition definition, List<string> errors) => definition.Check(isArchive: false, errors);

    protected override JobAssessment Assess(ArchiveDefinition definition, JobContext context, CancellationToken cancellationToken) =>
        new(definition.Document is { } one ? $"{one}, with all that hangs on it, comes back to {JobAddress.Show(definition.From!)}." : $"All that the archive '{definition.Name}' has comes back to {JobAddress.Show(definition.From!)}.", [], [], [], -1, null);

    protected override JobResult Run(ArchiveDefinition definition, JobContext context, CancellationToken cancellationToken) =>
        ArchiveKind.Result(new ArchiveRestore(DatabaseAddress.Parse(definition.From!).Open, DatabaseAddress.Parse(definition.To!).Open, definition.ReadRules(), definition.Name, context.Time).Run(
            definition.ReadDocument(),
            documents =>
            {
                context.Control.Wait(cancellationToken);
                context.Progress?.Report(ArchiveKind.Progress(context, documents, documents, 0));
            }, cancellationToken), "came back");
}
