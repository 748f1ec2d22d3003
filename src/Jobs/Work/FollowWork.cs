using System.Globalization;
using System.Security.Cryptography;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Following;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>
/// A run of a job that follows: it copies and follows until it is ended, or does one guarded step. A step that had been done when its worker fell silent is found done by the next one, for the target says which side leads.
/// </summary>
sealed class FollowWork(MigrateDefinition definition, JobContext context, DatabaseAddress from, DatabaseAddress to) : IProgress<JobProgress>, IProgress<FollowProgress>
{
    readonly Lock gate = new();
    JobProgress last = new(JobPhase.Assessing, 0, 0, 0, 0, null, "", 0, default);

    public JobResult Run(CancellationToken cancellationToken)
    {
        var migration = new FollowedMigration(from, to, definition.Options(context.Job, context.RejectFile), definition.FollowOptions(context.Step?.SourceIsStopped ?? false), context.Control, context.Time, this, this);
        if (context.Step is not { } step)
        {
            FollowReport report = migration.Run(cancellationToken);
            return new JobResult(report.Rejects == 0, string.Create(CultureInfo.InvariantCulture, $"{report.Changes:N0} changes are applied.")) { Rejects = report.Rejects };
        }

        TimeSpan left = step.Deadline - context.Time.GetUtcNow();
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return step.Kind == JobStepKind.End ? End(migration, either.Token) : Turn(migration, step.Kind == JobStepKind.Back, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FollowException($"The step was not done until its deadline, {step.Deadline:u}. The lead is where it was.");
        }
    }

    public void Report(JobProgress value)
    {
        lock (gate) last = value;
        context.Progress?.Report(context.Step is { } step ? value with { Phase = PhaseOf(step) } : value);
    }

    public void Report(FollowProgress value)
    {
        JobProgress before;
        lock (gate) before = last;
        // Where keys are still to be made, changes are applied within the migration's own phase.
        JobPhase phase = context.Step is { } step ? PhaseOf(step) : value.Step is not null ? before.Phase : value.IsBack ? JobPhase.FollowingBack : JobPhase.Following;
        context.Progress?.Report(before with { Phase = phase, Table = value.Step ?? "", Waiting = value.Waiting, RowsPerSecond = 0, Left = null, Follow = value });
    }

    static JobPhase PhaseOf(JobStep step) => step.Kind switch { JobStepKind.CutOver => JobPhase.CuttingOver, JobStepKind.Back => JobPhase.Returning, _ => JobPhase.Following };

    JobResult Turn(FollowedMigration migration, bool isBack, CancellationToken cancellationToken)
    {
        (DatabaseAddress leader, DatabaseAddress other) = isBack ? (from, to) : (to, from);
        if (migration.TargetLeads() == !isBack) return new JobResult(true, $"{leader} leads: that had been done before its worker fell silent. Compare both for a certificate.") { GoesOn = migration.CanFollow(leader), Rows = last.Rows };
        CutOverReport done = migration.CutOver(isBack, cancellationToken);
        using ECDsa key = SignedCertificate.ReadOrMakeKey(context.KeyFile ?? Path.Combine(context.Folder, "certificate-key.pem"));
        return new JobResult(true, $"{leader} leads: let it be written to, and {other} no more. {Certifying.Say(done.Certificate)} {(done.CanReturn ? "Its changes are followed." : $"Its changes cannot be followed: there is no way back to {other}.")}")
        {
            Rows = done.Certificate.Tables.Sum(table => Math.Max(0, table.FromRows)),
            Certificate = SignedCertificate.Sign(done.Certificate, key).ToJson(),
            GoesOn = done.CanReturn,
        };
    }

    JobResult End(FollowedMigration migration, CancellationToken cancellationToken)
    {
        DatabaseAddress leader = migration.TargetLeads() == true ? to : from;
        migration.End(cancellationToken);
        return new JobResult(true, $"Changes are followed no more. {leader} leads.");
    }
}
