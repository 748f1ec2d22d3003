using System.Text.Json;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Work;

/// <summary>What a run that came to its end leaves.</summary>
/// <param name="IsGood">Whether all is as it should be: nothing refused, a certificate equal.</param>
/// <param name="Summary">One sentence or two.</param>
public sealed record JobResult(bool IsGood, string Summary)
{
    /// <summary>Rows of the job, those of earlier runs among them.</summary>
    public long Rows { get; init; }

    /// <summary>Rows put aside.</summary>
    public long Rejects { get; init; }

    /// <summary>What was refused, or is to be done by hand.</summary>
    public IReadOnlyList<HandWork> HandWork { get; init; } = [];

    /// <summary>The job has a next run at once: a side leads whose changes are to be followed.</summary>
    public bool GoesOn { get; init; }

    /// <summary>The kind's own record of what it did, as JSON; null: there is no more to say.</summary>
    public JsonElement? Report { get; init; }

    /// <summary>A <see cref="Certificates.SignedCertificate"/> as JSON; null: the kind makes none.</summary>
    public string? Certificate { get; init; }
}
