using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.MySql.Feeds;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>Sign-in against a server's side of the protocol that checks what it is sent as MySQL does.</summary>
public sealed class SignInTests
{
    const string Password = "p4ß wörd";
    static readonly byte[] Challenge = [.. Enumerable.Range(1, 20).Select(value => (byte)(value + 60))];

    public enum Way
    {
        Native,
        Fast,
        FullByKey,
        SwitchToSha2,
        SwitchToUnknown,
        Wrong,
    }

    [Theory]
    [InlineData(Way.Native)]
    [InlineData(Way.Fast)]
    [InlineData(Way.FullByKey)]
    [InlineData(Way.SwitchToSha2)]
    public async Task A_password_is_accepted(Way way)
    {
        using var listener = Listen(out var endpoint);
        Task serving = ServeAsync(listener, way);
        await using (var connection = await ServerConnection.OpenAsync(endpoint, TimeProvider.System, 1 << 20, TestContext.Current.CancellationToken)) connection.Version.ShouldBe("8.0.36");
        await serving;
    }

    [Theory]
    [InlineData(Way.Wrong, "1045")]
    [InlineData(Way.SwitchToUnknown, "sha256_password")]
    public async Task A_refusal_says_why_and_never_the_password(Way way, string why)
    {
        using var listener = Listen(out var endpoint);
        Task serving = ServeAsync(listener, way);
        var refused = await Should.ThrowAsync<ChangeSourceException>(() => ServerConnection.OpenAsync(endpoint, TimeProvider.System, 1 << 20, TestContext.Current.CancellationToken).AsTask());
        refused.Fault.ShouldBe(ChangeSourceFault.Settings);
        refused.Message.ShouldContain(why);
        refused.Message.ShouldNotContain(Password);
        await serving;
    }

    [Fact]
    public void A_set_of_gtids_is_asked_for_as_intervals_with_their_ends_left_out()
    {
        byte[] request = ServerFeed.GtidRequest("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7, 00000000-0000-0000-0000-000000000001:9", 77);
        BitConverter.ToUInt32(request, 2).ShouldBe(77u);
        byte[] data = request[22..];
        BitConverter.ToInt32(request, 18).ShouldBe(data.Length);
        BitConverter.ToInt64(data, 0).ShouldBe(2);
        Convert.ToHexString(data, 8, 16).ShouldBe("3E11FA4771CA11E19E33C80AA9429562");
        new[] { 24, 32, 40, 48, 56 }.Select(at => BitConverter.ToInt64(data, at)).ShouldBe([2, 1, 6, 7, 8]);
    }

    static TcpListener Listen(out MySqlEndpoint endpoint)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        endpoint = new MySqlEndpoint { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, User = "u", Password = Password, Tls = MySqlTls.Disabled };
        return listener;
    }

    static async Task ServeAsync(TcpListener listener, Way way)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var channel = new PacketChannel(client.GetStream(), TimeProvider.System, 1 << 20);
        bool sha2 = way is Way.Fast or Way.FullByKey or Way.Wrong;
        await channel.WriteAsync(Greeting(sha2 || way == Way.SwitchToUnknown ? SignIn.CachingSha2 : SignIn.Native), default);
        byte[] response = (await channel.ReadAsync(default)).ToArray();
        byte[] answer = response[(32 + "u\0".Length + 1)..][..response[32 + "u\0".Length]];
        if (way == Way.Wrong)
        {
            await channel.WriteAsync((byte[])[255, 0x15, 0x04, .. "#28000Access denied"u8], default);
            return;
        }

        if (way == Way.SwitchToUnknown)
        {
            await channel.WriteAsync((byte[])[254, .. "sha256_password\0"u8, .. Challenge, 0], default);
            return;
        }

        if (way == Way.SwitchToSha2)
        {
            await channel.WriteAsync((byte[])[254, .. "caching_sha2_password\0"u8, .. Challenge.Reverse(), 0], default);
            answer = (await channel.ReadAsync(default)).ToArray();
        }

        answer.ShouldBe(way == Way.Native ? NativeAnswer() : Sha2Answer(way == Way.SwitchToSha2 ? [.. Challenge.Reverse()] : Challenge));
        if (way == Way.FullByKey) await FullAsync(channel);
        else if (way != Way.Native) await channel.WriteAsync((byte[])[1, 3], default);
        await channel.WriteAsync((byte[])[0, 0, 0, 2, 0, 0, 0], default);
        (await channel.ReadAsync(default)).Span[1..].SequenceEqual("SET NAMES utf8mb4"u8).ShouldBeTrue();
        channel.BeginCommand();
        await channel.WriteAsync((byte[])[0, 0, 0, 2, 0, 0, 0], default);
    }

    static async Task FullAsync(PacketChannel channel)
    {
        using var key = RSA.Create(2048);
        await channel.WriteAsync((byte[])[1, 4], default);
        (await channel.ReadAsync(default)).ToArray().ShouldBe([2]);
        await channel.WriteAsync((byte[])[1, .. Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())], default);
        byte[] secret = key.Decrypt((await channel.ReadAsync(default)).ToArray(), RSAEncryptionPadding.OaepSHA1);
        for (int index = 0; index < secret.Length; index++) secret[index] ^= Challenge[index % 20];
        Encoding.UTF8.GetString(secret).ShouldBe(Password + "\0");
    }

    static byte[] Greeting(string method) =>
    [
        10, .. "8.0.36\0"u8, 1, 0, 0, 0, .. Challenge[..8], 0, 0xFF, 0xF7, 45, 2, 0, 0xFF, 0xDF, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Challenge[8..], 0, .. Encoding.ASCII.GetBytes(method + "\0"),
    ];

    // The documents' own formulas, written anew.
    static byte[] NativeAnswer()
    {
        byte[] one = SHA1.HashData(Encoding.UTF8.GetBytes(Password)), two = SHA1.HashData((byte[])[.. Challenge, .. SHA1.HashData(one)]);
        return [.. one.Zip(two, (a, b) => (byte)(a ^ b))];
    }

    static byte[] Sha2Answer(byte[] challenge)
    {
        byte[] one = SHA256.HashData(Encoding.UTF8.GetBytes(Password)), two = SHA256.HashData((byte[])[.. SHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(Password))), .. challenge]);
        return [.. one.Zip(two, (a, b) => (byte)(a ^ b))];
    }
}
