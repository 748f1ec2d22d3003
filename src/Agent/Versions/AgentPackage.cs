using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Agent.Versions;

/// <summary>
/// A version of the agent as a zip of its program's folder, and a signature (ECDSA, SHA-256) over the version's name and the zip's digest: an agent installs what the holder of the key has signed under that name, whatever the cloud
/// sends.
/// </summary>
public static class AgentPackage
{
    /// <summary>Bytes of a package, and of what is in it.</summary>
    public const long BytesMax = 512L << 20, UnpackedBytesMax = 2L << 30;

    /// <summary>Makes the package <c>VERSION.zip</c> and its signature <c>VERSION.sig</c>.</summary>
    /// <returns>The public key that checks it, as an agent's configuration has it.</returns>
    public static string Make(string program, string version, ECDsa key, string folder)
    {
        Directory.CreateDirectory(folder);
        string package = Path.Combine(folder, version + ".zip");
        File.Delete(package);
        ZipFile.CreateFromDirectory(program, package, CompressionLevel.Fastest, includeBaseDirectory: false);
        File.WriteAllText(Path.ChangeExtension(package, null) + ".sig", Convert.ToBase64String(key.SignData(Signed(version, package), HashAlgorithmName.SHA256)));
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Refuses a package that the key's holder did not sign under this name.</summary>
    /// <exception cref="InvalidDataException">It is another, or changed.</exception>
    public static void Check(string package, string version, string signature, string publicKey)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
            if (key.VerifyData(Signed(version, package), Convert.FromBase64String(signature), HashAlgorithmName.SHA256))
                return;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            throw new InvalidDataException($"The package of version {version} cannot be checked: {error.Message}");
        }

        throw new InvalidDataException($"The package of version {version} is not signed by the key that this agent trusts (jobs.versionKey): it is not installed.");
    }

    internal static void Unpack(string package, string folder)
    {
        using ZipArchive zip = ZipFile.OpenRead(package);
        if (zip.Entries.Sum(static entry => entry.Length) > UnpackedBytesMax)
            throw new InvalidDataException($"The package has more than {UnpackedBytesMax} bytes unpacked, which is the most.");
        zip.ExtractToDirectory(folder);
    }

    static byte[] Signed(string version, string package)
    {
        using FileStream stream = File.OpenRead(package);
        return Encoding.UTF8.GetBytes($"orrery agent {version}\n{Convert.ToHexStringLower(SHA256.HashData(stream))}");
    }
}
