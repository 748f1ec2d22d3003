using System.Globalization;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>How much is tried at random, and from which seed.</summary>
static class Fuzz
{
    /// <summary>The same inputs in every run, unless ORRERY_FUZZ_SEED says others.</summary>
    public static int Seed { get; } = Number("ORRERY_FUZZ_SEED") ?? 20_261_121;

    /// <summary>A short run, or as many as ORRERY_FUZZ_INPUTS says.</summary>
    public static int Inputs(int byDefault) => Number("ORRERY_FUZZ_INPUTS") ?? byDefault;

    static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
