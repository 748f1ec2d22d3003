using System.Security.Cryptography;

namespace Orrery.Cli.Hosting;

/// <summary>Passwords that a person can read off a screen and type.</summary>
static class Passwords
{
    /// <summary>Four groups of four letters and digits without look-alikes: about 78 bits.</summary>
    public static string Create() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 4)));
}
