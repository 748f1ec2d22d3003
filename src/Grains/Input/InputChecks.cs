using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Input;

/// <summary>Checks of fields that people fill in. Each answers the value as it is kept, or refuses it naming the field, the bound and what to do.</summary>
static class InputChecks
{
    public const int NameLengthMax = 120;
    public const int NoteLengthMax = 2_000;

    /// <summary>A name: 1 to 120 characters after trimming, no control characters.</summary>
    public static string Name(string field, string? value)
    {
        string name = value?.Trim() ?? "";
        if (name.Length is 0 or > NameLengthMax)
            throw new InvalidInputException(field, $"The name has {name.Length} characters; give it 1 to {NameLengthMax}.");
        if (name.Any(char.IsControl))
            throw new InvalidInputException(field, "The name holds control characters; leave them out.");
        return name;
    }

    /// <summary>Optional text up to a length; empty text is kept as null.</summary>
    public static string? Text(string field, string? value, int lengthMax)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        return value.Length <= lengthMax
            ? value
            : throw new InvalidInputException(field, $"The text has {value.Length} characters; at most {lengthMax} are kept. Shorten it.");
    }

    /// <summary>Refuses a change of a version that is no longer the current one; null means whatever is there.</summary>
    public static void Version(string what, long? given, long current)
    {
        if (given is { } version && version != current)
            throw new VersionMismatchException($"{what} is at version {current}, not {version}: somebody changed it since you read it. Read it again and repeat your change.");
    }
}
