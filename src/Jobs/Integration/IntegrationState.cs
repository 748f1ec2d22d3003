using System.Text.Json;

namespace Orrery.Jobs.Integration;

/// <summary>What a mapping keeps between runs: by entity, the greatest value of its 'changed' column that was read. A small JSON file, replaced as a whole.</summary>
sealed class IntegrationState(string? path)
{
    static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    readonly Dictionary<string, string> watermarks = path is not null && File.Exists(path) ? Read(path) : [];

    public string? this[string entity] => watermarks.GetValueOrDefault(entity);

    public void Set(string entity, string watermark)
    {
        watermarks[entity] = watermark;
        if (path is null) return;
        string beside = path + ".new";
        File.WriteAllText(beside, JsonSerializer.Serialize(watermarks, Json));
        File.Move(beside, path, overwrite: true);
    }

    static Dictionary<string, string> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException error)
        {
            throw new IOException($"The state {path} cannot be read: {error.Message} Delete it to have all rows read once.", error);
        }
    }
}
