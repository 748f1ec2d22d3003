using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Jobs;

/// <summary>What a job is to do, where, and how long it may take.</summary>
public sealed record JobSpec
{
    /// <summary>For people, at most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// A JSON object with <c>kind</c> (<c>migrate</c>, <c>verify</c> and so on) and the fields of its kind, which are the options of the command of the same name. Addresses of databases hold passwords: they
    /// are stored sealed and shown without. One that is left out, or sent as it is shown, stays as it was.
    /// </summary>
    [JsonConverter(typeof(JsonTextConverter))]
    public string Definition { get; init; } = "{}";

    /// <summary>The agent that does it, as <c>site/server</c>; empty: a silo.</summary>
    public string RunsOn { get; init; } = "";

    /// <summary>
    /// The job is split: the agent of <see cref="RunsOn"/> reads the source and runs the job, and a silo holds the target's connections, whose address never reaches the agent with its secrets. For kinds <c>migrate</c>
    /// (that do not follow) and <c>verify</c>. Default: no, whoever runs it opens both.
    /// </summary>
    public bool IsSplit { get; init; }

    /// <summary>How often it is tried again without having got any further before it fails, 0 to 1,000. Default 20.</summary>
    public int RetriesMax { get; init; } = 20;

    /// <summary>How long it may wait for a worker, 1 to 2,160 hours. Default 168.</summary>
    public int WaitHours { get; init; } = 168;

    /// <summary>How long a run may take, pauses not counted, 1 to 2,160 hours. Default 168.</summary>
    public int RunHours { get; init; } = 168;
}
