using System.Globalization;
using System.Text.Json;
using Orrery.Jobs.Integration;
using Orrery.Jobs.Integration.Cloud;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Yaml;

namespace Orrery.Jobs.Work;

/// <summary>The options of <c>orrery integrate</c>.</summary>
public sealed record IntegrateDefinition
{
    /// <summary>The mapping itself, as YAML or JSON text.</summary>
    public string? Mapping { get; init; }

    public string? From { get; init; }

    /// <summary>A database, or a K/3 Cloud.</summary>
    public string? To { get; init; }

    /// <summary>Names of entities; all where empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public bool Reconcile { get; init; }

    public bool Full { get; init; }

    /// <summary>Documents that may be refused before the job stops.</summary>
    public long Rejects { get; init; } = 10_000;
}

/// <summary>Brings rows of one system into another by a mapping: <see cref="IntegrationRun"/>. How far changed rows were read is kept in the job's folder.</summary>
sealed class IntegrateKind : JobKind<IntegrateDefinition>
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public override string Name => "integrate";

    public override IReadOnlyList<string> Secrets { get; } = ["from", "to"];

    public override string Show(string field, string value)
    {
        if (!CloudAddress.IsOne(value)) return base.Show(field, value);
        try
        {
            return CloudAddress.Parse(value).ToString();
        }
        catch (FormatException)
        {
            return "";
        }
    }

    protected override void Check(IntegrateDefinition definition, List<string> errors)
    {
        JobAddress.Check("from", definition.From, errors);
        if (definition.To is { } to && CloudAddress.IsOne(to))
        {
            try
            {
                CloudAddress.Parse(to);
            }
            catch (FormatException wrong)
            {
                errors.Add($"to: {wrong.Message.TrimEnd('.')}");
            }
        }
        else
        {
            JobAddress.Check("to", definition.To, errors);
        }

        if (definition.Rejects < 0) errors.Add($"rejects are {definition.Rejects.ToString(CultureInfo.InvariantCulture)}: 0 or more");
        if (string.IsNullOrWhiteSpace(definition.Mapping))
        {
            errors.Add("mapping is missing: the text of a mapping in YAML or JSON");
            return;
        }

        try
        {
            string[] names = [.. MappingFile.Parse("mapping", definition.Mapping).Entities.Select(entity => entity.Name)];
            errors.AddRange(definition.Only.Where(name => !names.Contains(name)).Select(name => $"only: the mapping has no entity '{name}'; it has: {string.Join(", ", names)}"));
        }
        catch (FileFaultException wrong)
        {
            errors.AddRange(wrong.Faults);
        }
    }

    protected override JobAssessment Assess(IntegrateDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        IntegrationReport report = Run(definition, context, isDryRun: true, null, cancellationToken);
        return new JobAssessment(Say(report, isDone: false), [.. report.Entities.Select(entity => new AssessedTable(entity.Entity, entity.Read, Say(entity)))], [], [], report.Entities.Sum(entity => entity.Read), null);
    }

    protected override JobResult Run(IntegrateDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        DateTimeOffset deadline = context.Time.GetUtcNow() + Longest;
        using var late = new CancellationTokenSource(Longest, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            IntegrationReport report = Run(definition, context, isDryRun: false, Tell, either.Token);
            return new JobResult(report.Rejected == 0 && (!definition.Reconcile || report.IsEqual), Say(report, isDone: !definition.Reconcile))
            {
                Rows = report.Entities.Sum(entity => entity.Read),
                Rejects = report.Rejected,
                Report = JsonSerializer.SerializeToElement(report, JsonSerializerOptions.Web),
            };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The integration ran for {Longest.TotalHours.ToString("N0", CultureInfo.InvariantCulture)} h, which is the most. The next run goes on.");
        }

        void Tell(EntityReport entity)
        {
            context.Control.Wait(either.Token);
            context.Progress?.Report(new JobProgress(JobPhase.Copying, entity.Read, entity.Read, 0, 0, null, entity.Entity, entity.Rejected, deadline));
        }
    }

    static IntegrationReport Run(IntegrateDefinition definition, JobContext context, bool isDryRun, Action<EntityReport>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(context.Folder);
        var options = new IntegrationOptions
        {
            IsDryRun = isDryRun,
            IsReconciliation = definition.Reconcile && !isDryRun,
            IsFull = definition.Full,
            Only = definition.Only,
            RejectsMax = definition.Rejects,
            StateFile = Path.Combine(context.Folder, $"{context.Job}.state.json"),
            RejectFile = isDryRun ? Path.Combine(context.Folder, $"{context.Job}.assessed.jsonl") : context.RejectFile,
        };
        return new IntegrationRun(MappingFile.Parse("mapping", definition.Mapping!), DatabaseAddress.Parse(definition.From!), definition.To!, options, context.Time, progress).Run(cancellationToken);
    }

    static string Say(IntegrationReport report, bool isDone) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Entities.Count} entities, {report.Entities.Sum(entity => entity.Read):N0} documents: {report.Entities.Sum(entity => entity.Created):N0} {(isDone ? "new" : "missing")}, {report.Entities.Sum(entity => entity.Changed):N0} {(isDone ? "changed" : "differ")}, {report.Rejected:N0} rejected.");

    static string Say(EntityReport entity) => string.Create(CultureInfo.InvariantCulture, $"{entity.Created:N0} missing, {entity.Changed:N0} differ, {entity.Rejected:N0} cannot be made");
}
