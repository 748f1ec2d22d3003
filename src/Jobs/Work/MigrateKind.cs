using System.Globalization;
using System.Text.Json;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Work;

/// <summary>Carries a database's schema and rows into another: <see cref="Migration"/>, and a certificate at its end.</summary>
sealed class MigrateKind : JobKind<MigrateDefinition>
{
    public override string Name => "migrate";

    public override IReadOnlyList<string> Secrets { get; } = ["from", "to"];

    public override string? RemoteField(JsonElement definition) => Read(definition).Follow ? null : "to";

    public override bool Follows(JsonElement definition) => Read(definition).Follow;

    public override JobLimits? Limits(JsonElement definition) => Read(definition) is var read ? new JobLimits(read.RowsPerSecond, read.BytesPerSecond, read.Parallel) : null;

    protected override void Check(MigrateDefinition definition, List<string> errors)
    {
        JobAddress.Check("from", definition.From, errors);
        JobAddress.Check("to", definition.To, errors);
        if (errors.Count == 0 && JobAddress.Show(definition.From!) == JobAddress.Show(definition.To!)) errors.Add("from and to are the same database");
        if (definition.RowsPerSecond < 0 || definition.BytesPerSecond < 0 || definition.SourceLatency < 0) errors.Add("a bound below 0: 0 is none");
        if (definition.AwayMinutes is < 0 or > 10_080) errors.Add($"awayMinutes is {definition.AwayMinutes}: 0 to 10,080");
        if (definition.LagSeconds is < 1 or > 86_400 || definition.DrainSeconds is < 1 or > 86_400) errors.Add("lagSeconds and drainSeconds: 1 to 86,400");
        if (definition.Follow && (definition.SchemaOnly || definition.DataOnly)) errors.Add("follow makes tables and copies all rows itself: without schemaOnly and dataOnly");
        try
        {
            definition.Options("check", "rejects").Validate();
        }
        catch (ArgumentException wrong)
        {
            errors.Add(wrong.Message.TrimEnd('.'));
        }
    }

    protected override JobAssessment Assess(MigrateDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        (DatabaseAddress from, DatabaseAddress to) = (DatabaseAddress.Parse(definition.From!), context.TargetAt(definition.To!));
        MigrationPlan plan = new Migration(from, to, definition.Options(context.Job, context.RejectFile), context.Control, context.Time, context.Progress).Assess();
        return new JobAssessment(
            string.Create(CultureInfo.InvariantCulture, $"{from} to {to}: {plan.Tables.Count} tables, about {plan.RowsEstimate:N0} rows."),
            [.. plan.Tables.Select(table => new AssessedTable(table.Source.Name.ToString(), table.RowsEstimate, table.IsWhole ? "one chunk: no key" : null))],
            plan.HandWork, plan.Blockers, plan.RowsEstimate, plan.TimeEstimate?.TotalSeconds);
    }

    protected override JobResult Run(MigrateDefinition definition, JobContext context, CancellationToken cancellationToken)
    {
        (DatabaseAddress from, DatabaseAddress to) = (DatabaseAddress.Parse(definition.From!), context.TargetAt(definition.To!));
        Directory.CreateDirectory(context.Folder);
        if (definition.Follow) return new FollowWork(definition, context, from, to).Run(cancellationToken);
        MigrationReport report = new Migration(from, to, definition.Options(context.Job, context.RejectFile), context.Control, context.Time, context.Progress).Run(cancellationToken);
        string said = string.Create(CultureInfo.InvariantCulture, $"{report.Plan.Tables.Count} tables, {report.Rows:N0} rows; {report.RowsOfRun:N0} of them in this run, in {report.Elapsed.TotalSeconds:N1} s.{(report.Rejects > 0 ? $" {report.Rejects:N0} rows were put aside." : "")}");
        var result = new JobResult(report.Undone.Count == 0, said) { Rows = report.Rows, Rejects = report.Rejects, HandWork = [.. report.Undone, .. report.Plan.HandWork] };
        if (definition.SchemaOnly || !definition.Certificate) return result;
        var certifying = new Certifying(context, from, to, definition.Tables, definition.Without) { Before = new JobProgress(JobPhase.Certifying, report.Rows, report.Rows, 0, 0, null, "", report.Rejects, default) };
        SignedCertificate signed = certifying.Make(context.Job, report.Rejects, cancellationToken);
        return result with { IsGood = result.IsGood && signed.Certificate.IsEqual, Summary = $"{said} {Certifying.Say(signed.Certificate)}", Certificate = signed.ToJson() };
    }
}
