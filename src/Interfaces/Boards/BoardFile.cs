using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Boards;

/// <summary>A board as a file has it: JSON with the names of the web API.</summary>
/// <param name="Id">Of the board within its tenant.</param>
public sealed record BoardFile(string Id, BoardDefinition Definition)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="InvalidInputException">It is no board; the message names the place.</exception>
    public static BoardFile Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string id = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("id", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : "";
            return new BoardFile(EntityKeys.CheckPart("id", id), document.RootElement.Deserialize<BoardDefinition>(Options)!);
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(fault.Path ?? "$", $"The board cannot be read: {fault.Message}");
        }
    }
}
