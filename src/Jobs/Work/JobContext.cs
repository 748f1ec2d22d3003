using Orrery.Jobs.Plans;
using Orrery.Jobs.Remote;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>What a run has around it.</summary>
/// <param name="Job">Names the job where it leaves marks, such as in its target; the same name goes on where it was. See <see cref="Plans.MigrationOptions.Job"/>.</param>
/// <param name="Time">The clock.</param>
/// <param name="Folder">Of the job's own, for reject files and what else it keeps between runs.</param>
public sealed record JobContext(string Job, TimeProvider Time, string Folder)
{
    /// <summary>Rises with each lease of the job; 0 where nobody leases. A target that keeps tokens of its own compares those.</summary>
    public long Token { get; init; }

    /// <summary>Of a job that follows changes: what this run is to do instead of following; null: follow.</summary>
    public JobStep? Step { get; init; }

    /// <summary>Told often; must not block.</summary>
    public IProgress<JobProgress>? Progress { get; init; }

    /// <summary>Lets the run stand still.</summary>
    public JobControl Control { get; init; } = new();

    /// <summary>The file of the private key that signs certificates, made where it is not. Null: <c>certificate-key.pem</c> in <see cref="Folder"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Which files of this machine the run may open. Default: any.</summary>
    public FileBounds Files { get; init; } = FileBounds.None;

    /// <summary>The half of the job that holds the target's connections, where it is another process; the definition then has the target's address without what is secret. Null: the run opens the target itself.</summary>
    public RemoteTarget? Target { get; init; }

    /// <summary>The target of a definition.</summary>
    internal DatabaseAddress TargetAt(string address) => DatabaseAddress.Parse(address) is var at && Target is { } remote ? remote.At(at) : at;

    /// <summary>Where rows that were refused are written, as JSON lines with the reason.</summary>
    public string RejectFile => Path.Combine(Folder, $"{Job}.rejects.jsonl");
}
