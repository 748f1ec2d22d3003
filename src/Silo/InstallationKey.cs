using System.Security.Cryptography;
using System.Text;
using Orrery.Grains.Secrets;

namespace Orrery.Silo;

/// <summary>The key that opens sealed secrets: a file that only its owner may read. Beside the data it is made at the first start; silos of one cluster have the same one.</summary>
static class InstallationKey
{
    const int FingerprintBytes = 8;

    /// <summary>The key in this file; made where there is none.</summary>
    /// <exception cref="InvalidDataException">The file is there and is no key.</exception>
    public static byte[] ReadOrCreate(string path)
    {
        if (File.Exists(path))
            return Read(path);
        byte[] key = RandomNumberGenerator.GetBytes(SecretBox.KeyBytes);
        return SharedFile.TryCreate(path, key) ? key : Read(path);
    }

    /// <summary>The key in a file that must be there.</summary>
    /// <exception cref="InvalidDataException">It is not there, or is no key.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no installation key at '{path}'. Copy the file '{InstallationFiles.KeyFileName}' from the data folder of the first silo, or make one: head -c {SecretBox.KeyBytes} /dev/urandom > '{path}'.");
        byte[] key = File.ReadAllBytes(path);
        return key.Length == SecretBox.KeyBytes
            ? key
            : throw new InvalidDataException($"'{path}' has {key.Length} bytes; the installation's key has {SecretBox.KeyBytes}. Put the right file back: webhooks' secrets are sealed with it.");
    }

    /// <summary>Tells keys apart without telling what they are.</summary>
    public static string FingerprintOf(byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes("orrery installation key"))[..FingerprintBytes]);
}
