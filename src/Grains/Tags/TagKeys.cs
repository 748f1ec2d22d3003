using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tags;

/// <summary>Names that follow from a tenant, a type and a tag.</summary>
static class TagKeys
{
    const int TypeLengthMax = 20, TagLengthMax = 40;

    public static string Index(string tenant, string type) => $"{tenant}/{type}";

    public static string Hook(string tenant, string type, string hook) => $"{tenant}/{type}/{hook}";

    /// <summary>The topic by which tags' views tell the index.</summary>
    public static string Changes(string tenant, string type) => TopicKeys.OfTenant(tenant, $"tags-{type}");

    /// <summary>The topic of segments' enters and leaves.</summary>
    public static string Events(string tenant, string type) => TopicKeys.OfTenant(tenant, $"segments-{type}");

    public static string View(string type, string tag) => $"tag_{type}_{tag}";

    public static string SetView(string type, int part) => string.Create(CultureInfo.InvariantCulture, $"tags_{type}_set_{part}");

    public static string SetSink(string type, int part) => string.Create(CultureInfo.InvariantCulture, $"tags_{type}_set_{part}_out");

    public static string Sink(string type, int number) => string.Create(CultureInfo.InvariantCulture, $"tags_{type}_out_{number}");

    public static string Lists(string type) => $"tags_{type}_lists";

    /// <exception cref="InvalidInputException">It cannot be a type's id.</exception>
    public static string CheckType(string type) => IsName(type, TypeLengthMax, mayHaveLines: false)
        ? type
        : throw new InvalidInputException("id", $"'{type}' cannot be an object type's id: use a letter of a-z and up to {TypeLengthMax - 1} more of a-z and 0-9, since it stands in names of views.");

    /// <exception cref="InvalidInputException">It cannot be a tag's or segment's id.</exception>
    public static string CheckTag(string tag) => IsName(tag, TagLengthMax, mayHaveLines: true)
        ? tag
        : throw new InvalidInputException("id", $"'{tag}' cannot be an id here: use a letter of a-z and up to {TagLengthMax - 1} more of a-z, 0-9 and '_', since it stands in names of views and in expressions.");

    static bool IsName(string name, int lengthMax, bool mayHaveLines) => name.Length >= 1 && name.Length <= lengthMax && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || (mayHaveLines && letter == '_'));
}
