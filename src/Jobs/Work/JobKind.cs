using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>A kind whose definition is a record; unknown fields are refused by name. What it does may block: it has a thread of its own.</summary>
/// <typeparam name="TDefinition">The fields without <c>kind</c>.</typeparam>
public abstract class JobKind<TDefinition> : IJobKind
    where TDefinition : class
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public abstract string Name { get; }

    public abstract IReadOnlyList<string> Secrets { get; }

    public void Check(JsonElement definition)
    {
        var errors = new List<string>();
        Check(Read(definition), errors);
        if (errors.Count > 0) throw new ArgumentException($"The job cannot be done so: {string.Join("; ", errors)}.");
    }

    public virtual string? RemoteField(JsonElement definition) => null;

    public virtual bool Follows(JsonElement definition) => false;

    public virtual JobLimits? Limits(JsonElement definition) => null;

    public virtual string Show(string field, string value) => string.Join(' ', Addresses(field, value).Select(JobAddress.Show));

    public virtual IEnumerable<(string Field, string Address)> Reaches(JsonElement definition) =>
        from field in Secrets
        where definition.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String
        from address in Addresses(field, definition.GetProperty(field).GetString()!)
        select (field, address);

    /// <summary>The addresses in a secret field: the whole text, where the kind does not say that it is a list.</summary>
    protected virtual IReadOnlyList<string> Addresses(string field, string value) => [value];

    public Task<JobAssessment> AssessAsync(JsonElement definition, JobContext context, CancellationToken cancellationToken) => OnThread(() =>
    {
        Check(definition);
        return Assess(Read(definition), context, cancellationToken);
    });

    public Task<JobResult> RunAsync(JsonElement definition, JobContext context, CancellationToken cancellationToken) => OnThread(() =>
    {
        Check(definition);
        return Run(Read(definition), context, cancellationToken);
    });

    /// <summary>Adds what is wrong, a line each, without secrets.</summary>
    protected abstract void Check(TDefinition definition, List<string> errors);

    /// <summary>See <see cref="AssessAsync"/>.</summary>
    protected abstract JobAssessment Assess(TDefinition definition, JobContext context, CancellationToken cancellationToken);

    /// <summary>See <see cref="RunAsync"/>.</summary>
    protected abstract JobResult Run(TDefinition definition, JobContext context, CancellationToken cancellationToken);

    /// <exception cref="ArgumentException">It is no definition of this kind.</exception>
    protected static TDefinition Read(JsonElement definition)
    {
        if (definition.ValueKind != JsonValueKind.Object) throw new ArgumentException("A job's definition is a JSON object.");
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty field in definition.EnumerateObject())
            if (field.Name != "kind")
                fields[field.Name] = field.Value;
        try
        {
            return JsonSerializer.SerializeToElement(fields).Deserialize<TDefinition>(Json) ?? throw new ArgumentException("A job's definition is a JSON object.");
        }
        catch (JsonException wrong)
        {
            // The place, and no value: it may be a secret.
            string field = wrong.Path is { Length: > 2 } path ? path[2..] : "";
            string[] known = [.. typeof(TDefinition).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal)];
            throw new ArgumentException(field.Length > 0 && !known.Contains(field.Split('[', '.')[0])
                ? $"The job has no field '{field}'; fields are kind, {string.Join(", ", known)}."
                : $"The job's field '{field}' has a value of another type than it takes.");
        }
    }

    static Task<TAnswer> OnThread<TAnswer>(Func<TAnswer> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
