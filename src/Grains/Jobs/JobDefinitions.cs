using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Grains.Channels;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.Jobs.Integration.Cloud;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Work;

namespace Orrery.Grains.Jobs;

/// <summary>Definitions as they come, are kept (secrets sealed, and shown without what is secret), and go to a worker.</summary>
sealed class JobDefinitions(SecretBox secrets, ChannelOptions channels)
{
    const string Purpose = "job definition";
    const int DefinitionLengthMax = 256 << 10, DescriptionLengthMax = 500, HoursMax = 2_160, RetriesMax = 1_000, ParallelMax = 64;

    /// <summary>Checks a spec and takes its secrets out of it.</summary>
    /// <param name="tenant">Whose job it is.</param>
    /// <param name="spec">As it came.</param>
    /// <param name="before">What was kept before.</param>
    /// <exception cref="InvalidInputException">A field cannot be used.</exception>
    public (string Kind, JobSpec Shown, Dictionary<string, byte[]> Sealed) Keep(string tenant, JobSpec spec, JobRecord before)
    {
        if (spec.Definition.Length > DefinitionLengthMax)
            throw new InvalidInputException("definition", $"The definition has {spec.Definition.Length} characters; at most {DefinitionLengthMax} are kept.");
        Range("retriesMax", spec.RetriesMax, 0, RetriesMax);
        Range("waitHours", spec.WaitHours, 1, HoursMax);
        Range("runHours", spec.RunHours, 1, HoursMax);
        if (spec.RunsOn.Length > 0)
        {
            if (spec.RunsOn.Split('/') is not [var site, var server])
                throw new InvalidInputException("runsOn", "runsOn names an agent as site/server; leave it empty for a silo.");
            EntityKeys.CheckPart("runsOn", site);
            EntityKeys.CheckPart("runsOn", server);
        }

        JsonObject definition = Parse(spec.Definition);
        try
        {
            IJobKind kind = JobKinds.Of(JsonSerializer.SerializeToElement(definition));
            var shown = (JsonObject)definition.DeepClone();
            var kept = new Dictionary<string, byte[]>();
            foreach (string field in kind.Secrets)
            {
                string? value = Text(definition[field]);
                string? old = before.Kind == kind.Name && before.Sealed.TryGetValue(field, out byte[]? box) ? secrets.Open(box, Purpose) : null;
                if (old is not null && (string.IsNullOrEmpty(value) || value == kind.Show(field, old)))
                    value = old;
                if (string.IsNullOrEmpty(value))
                    continue;
                definition[field] = Value(value);
                kept[field] = secrets.Seal(value, Purpose);
                shown[field] = Value(kind.Show(field, value));
            }

            JsonElement whole = JsonSerializer.SerializeToElement(definition);
            kind.Check(whole);
            string? remote = spec.IsSplit ? kind.RemoteField(whole) ?? throw new InvalidInputException("isSplit", $"A job of kind {kind.Name}{(kind.Follows(whole) ? " that follows" : "")} cannot be split: migrate (without follow) and verify can. Let the agent, or a silo, open both sides.") : null;
            if (remote is not null && spec.RunsOn.Length == 0)
                throw new InvalidInputException("runsOn", "A split job needs the agent that reads its source: name it in runsOn as site/server.");
            foreach ((string field, string address) in kind.Reaches(whole).Where(reach => spec.RunsOn.Length == 0 || reach.Field == remote))
                CheckReach(tenant, field, address);
            return (kind.Name, spec with { Description = InputChecks.Text("description", spec.Description, DescriptionLengthMax), Definition = shown.ToJsonString() }, kept);
        }
        catch (Exception wrong) when (wrong is ArgumentException or JsonException or Orrery.Jobs.DataX.DataXException)
        {
            throw new InvalidInputException("definition", wrong.Message);
        }
    }

    /// <summary>Whether a job's runs follow changes, and take steps.</summary>
    public static bool Follows(JobRecord job) => JobKinds.TryFind(job.Kind, out IJobKind? kind) && kind.Follows(JsonSerializer.Deserialize<JsonElement>(job.Spec.Definition));

    /// <summary>What a job's runs may take; null: its kind has no such bounds.</summary>
    public static JobLimitsInfo? Limits(JobRecord job) =>
        JobKinds.TryFind(job.Kind, out IJobKind? kind) && kind.Limits(JsonSerializer.Deserialize<JsonElement>(job.Spec.Definition)) is { } limits ? new JobLimitsInfo(limits.RowsPerSecond, limits.BytesPerSecond, limits.Channels) : null;

    /// <summary>The spec with other bounds.</summary>
    /// <exception cref="InvalidInputException">A bound cannot be used.</exception>
    public static JobSpec Throttled(JobRecord job, JobThrottle change)
    {
        Range("rowsPerSecond", change.RowsPerSecond ?? 0, 0, long.MaxValue);
        Range("bytesPerSecond", change.BytesPerSecond ?? 0, 0, long.MaxValue);
        Range("parallel", change.Parallel ?? 1, 1, ParallelMax);
        JsonObject definition = Parse(job.Spec.Definition);
        foreach ((string field, long? value) in new[] { ("rowsPerSecond", change.RowsPerSecond), ("bytesPerSecond", change.BytesPerSecond), ("parallel", change.Parallel) })
            if (value is { } number)
                definition[field] = number;
        return job.Spec with { Definition = definition.ToJsonString() };
    }

    /// <summary>The secret field of a split job that stays in the cluster.</summary>
    public static string? RemoteField(JobRecord job) => JobKinds.TryFind(job.Kind, out IJobKind? kind) ? kind.RemoteField(JsonSerializer.Deserialize<JsonElement>(job.Spec.Definition)) : null;

    /// <summary>The definition with its secrets.</summary>
    public string Open(JobRecord job) => OpenWithout(job, null);

    /// <summary>The definition with its secrets, but one field as it is shown.</summary>
    public string OpenWithout(JobRecord job, string? shown)
    {
        JsonObject definition = Parse(job.Spec.Definition);
        foreach ((string field, byte[] box) in job.Sealed.Where(pair => pair.Key != shown))
            definition[field] = Value(secrets.Open(box, Purpose));
        return definition.ToJsonString();
    }

    /// <summary>A secret field.</summary>
    public string Secret(JobRecord job, string field) => secrets.Open(job.Sealed[field], Purpose);

    /// <summary>Silos reach what channels may reach: hosts and folders that the administrator named.</summary>
    void CheckReach(string tenant, string field, string address)
    {
        if (CloudAddress.IsOne(address))
        {
            ChannelSpecs.CheckHost($"definition.{field}", CloudAddress.Parse(address).Base.Host, channels);
            return;
        }

        DatabaseAddress? database = null;
        try
        {
            database = DatabaseAddress.Parse(address);
        }
        catch (FormatException)
        {
            // A path of a file.
        }

        string engine = database?.Dialect.Engines[0] ?? "file";
        if (engine is "file" or "sqlite")
        {
            if (!new FileBounds(channels.Folders).Allows(database?.FilePath ?? address))
                throw new InvalidInputException($"definition.{field}", $"The file is not below a folder that silos may use for tenant '{tenant}'. An administrator can allow the folder with Orrery:Channels:Folders, or the job runs on an agent (runsOn).");
        }
        else
        {
            ChannelSpecs.CheckHost($"definition.{field}", SourceConnections.HostOf(engine, database!.ConnectionString), channels);
        }
    }

    static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new InvalidInputException("definition", "The definition is no JSON object.");
        }
        catch (JsonException)
        {
            throw new InvalidInputException("definition", "The definition is no JSON.");
        }
    }

    /// <summary>A secret is a text, or what else stands there as JSON.</summary>
    static string? Text(JsonNode? value) => value switch
    {
        null => null,
        JsonValue single when single.TryGetValue(out string? text) => text,
        _ => value.ToJsonString(),
    };

    static JsonNode? Value(string text) => text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : JsonValue.Create(text);

    static void Range(string field, long value, long least, long most)
    {
        if (value < least || value > most)
            throw new InvalidInputException(field, $"{field} is {value}; it must be {least} to {most}.");
    }
}
