using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Orrery.Jobs.Work;

/// <summary>The kinds there are.</summary>
public static class JobKinds
{
    public static IReadOnlyList<IJobKind> All { get; } = [new MigrateKind(), new VerifyKind(), new IntegrateKind(), new ArchiveKind(), new RestoreKind(), new DataXKind()];

    public static bool TryFind(string name, [NotNullWhen(true)] out IJobKind? kind) => (kind = All.FirstOrDefault(each => each.Name == name)) is not null;

    /// <summary>The kind of a definition.</summary>
    /// <exception cref="ArgumentException">It names none that there is.</exception>
    public static IJobKind Of(JsonElement definition)
    {
        string? name = definition.ValueKind == JsonValueKind.Object && definition.TryGetProperty("kind", out JsonElement field) && field.ValueKind == JsonValueKind.String ? field.GetString() : null;
        return name is not null && TryFind(name, out IJobKind? kind)
            ? kind
            : throw new ArgumentException($"The job's kind is '{name}'; it can be {string.Join(", ", All.Select(each => each.Name))}.");
    }
}
