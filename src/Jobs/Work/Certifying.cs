using System.Globalization;
using System.Security.Cryptography;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>Makes a job's certificate, tells how far it is in the job's own terms, and signs it.</summary>
sealed class Certifying(JobContext context, DatabaseAddress from, DatabaseAddress to, IReadOnlyList<string> tables, IReadOnlyList<string> without) : IProgress<CertificateProgress>
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    readonly DateTimeOffset deadline = context.Time.GetUtcNow() + Longest;

    /// <summary>What is told beside the table that is compared.</summary>
    public JobProgress Before { get; init; } = new(JobPhase.Certifying, 0, 0, 0, 0, null, "", 0, default);

    /// <exception cref="TimeoutException">It took longer than a day.</exception>
    public SignedCertificate Make(string? job, long rejects, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Longest, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            Certificate made = new CertificateMaker(from, to, context.Time, this) { Tables = tables, Without = without }.Make(either.Token) with { Job = job, Rejects = rejects };
            using ECDsa key = SignedCertificate.ReadOrMakeKey(context.KeyFile ?? Path.Combine(context.Folder, "certificate-key.pem"));
            return SignedCertificate.Sign(made, key);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The databases were compared for {Longest.TotalHours:N0} h, which is the most.");
        }
    }

    public void Report(CertificateProgress value)
    {
        context.Control.Wait(CancellationToken.None);
        context.Progress?.Report(Before with { Phase = JobPhase.Certifying, Table = value.Table, Deadline = deadline, Waiting = string.Create(CultureInfo.InvariantCulture, $"comparing table {value.TablesDone + 1} of {value.TablesTotal}") });
    }

    /// <summary>What came out, in a sentence.</summary>
    public static string Say(Certificate certificate) => certificate.IsEqual
        ? string.Create(CultureInfo.InvariantCulture, $"Equal: {certificate.Tables.Count} tables, {certificate.Tables.Sum(table => Math.Max(0, table.FromRows)):N0} rows.")
        : string.Create(CultureInfo.InvariantCulture, $"Not equal: {certificate.Tables.Count(table => !table.IsEqual)} of {certificate.Tables.Count} tables differ{(certificate.OnlyInFrom.Count > 0 ? $", {certificate.OnlyInFrom.Count} are missing in the target" : "")}.");
}
