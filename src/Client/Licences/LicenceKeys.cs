using System.Security.Cryptography;
using System.Text;

namespace Orrery.Client.Licences;

/// <summary>The vendor's public keys, which a program is built with. Thread-safe.</summary>
public sealed class LicenceKeys
{
    const int CoordinateBytes = 32;
    const string SignatureName = "signature: ";

    readonly Dictionary<string, ECParameters> keys = new(StringComparer.Ordinal);

    /// <summary>Reads keys as <c>orrery licences keys</c> prints them.</summary>
    /// <param name="lines">Each the key's id, a blank, and base64 of 64 bytes. Empty lines are passed over.</param>
    /// <exception cref="FormatException">A line is no key, or there is none.</exception>
    public LicenceKeys(params string[] lines)
    {
        foreach (string line in (lines ?? throw new ArgumentNullException(nameof(lines))).SelectMany(static line => line.Split('\n')).Select(static line => line.Trim()).Where(static line => line.Length > 0))
        {
            int blank = line.IndexOf(' ');
            byte[]? point = blank > 0 ? Base64(line.Substring(blank + 1)) : null;
            if (point?.Length != 2 * CoordinateBytes)
                throw new FormatException($"'{line}' is no public key: it is to be the key's id, a blank, and base64 of {2 * CoordinateBytes} bytes.");
            keys[line.Substring(0, blank)] = new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point.Take(CoordinateBytes).ToArray(), Y = point.Skip(CoordinateBytes).ToArray() },
            };
        }

        if (keys.Count == 0)
            throw new FormatException("There is no public key to verify licences with.");
    }

    /// <summary>The lines of a signed text, verified, without the signature's.</summary>
    /// <exception cref="LicenceException">It is not signed, or not as it stands.</exception>
    internal string[] Verify(string text)
    {
        // Mail and editors change ends of lines; nothing else may have changed.
        string[] lines = text.Replace("\r\n", "\n").Trim('\uFEFF', '\n', ' ').Split('\n');
        string last = lines[lines.Length - 1].TrimEnd();
        if (lines.Length < 2 || !last.StartsWith(SignatureName, StringComparison.Ordinal))
            throw new LicenceException("This is no licence: its last line is to be its signature.");
        string[] parts = last.Substring(SignatureName.Length).Split(' ');
        if (parts.Length != 2 || Base64(parts[1]) is not { Length: 2 * CoordinateBytes } signature)
            throw new LicenceException("The signature's line is damaged.");
        if (!keys.TryGetValue(parts[0], out ECParameters key))
            throw new LicenceException($"It is signed with the key '{parts[0]}', which this program does not know. A newer version of the program may.");
        string[] body = lines.Take(lines.Length - 1).ToArray();
        using ECDsa ecdsa = ECDsa.Create(key);
        if (!ecdsa.VerifyData(Encoding.UTF8.GetBytes(string.Join("\n", body) + "\n"), signature, HashAlgorithmName.SHA256))
            throw new LicenceException("Its text is not what was signed: something in it was altered.");
        return body;
    }

    static byte[]? Base64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>A text that is no licence, or not as it was signed.</summary>
public sealed class LicenceException : Exception
{
    /// <summary>Says what is wrong with it.</summary>
    public LicenceException(string message)
        : base(message)
    {
    }
}
