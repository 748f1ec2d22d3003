using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime.Tests.Transport;

public sealed class TlsTests
{
    [Fact]
    public async Task Silos_with_certificates_of_one_authority_talk_and_others_are_refused()
    {
        using var authority = MakeAuthority("tests");
        using var certificate = Issue(authority, "silo");
        void Secure(TransportOptions options) => (options.Certificate, options.CertificateAuthority, options.CertificateName) = (certificate, authority, "silo");
        await using var cluster = await RelayCluster.StartAsync(2, transport: Secure);
        var far = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        byte[] large = RandomNumberGenerator.GetBytes(300_000);
        (await far.EchoBytes(large).Soon()).ShouldBe(large);

        using var otherAuthority = MakeAuthority("others");
        using var stranger = Issue(otherAuthority, "silo");
        await ShouldBeRefusedAsync(cluster, new TransportOptions { Certificate = stranger, CertificateAuthority = authority, CertificateName = "silo" });
        await ShouldBeRefusedAsync(cluster, new TransportOptions { Certificate = certificate, CertificateAuthority = otherAuthority, CertificateName = "silo" });
        await ShouldBeRefusedAsync(cluster, new TransportOptions { Certificate = certificate, CertificateAuthority = authority, CertificateName = "another name" });
        await ShouldBeRefusedAsync(cluster, new TransportOptions());
    }

    /// <summary>TLS 1.3 lets a dialer finish before the other side has judged its certificate: what counts is that nothing is ever answered.</summary>
    private static async Task ShouldBeRefusedAsync(RelayCluster cluster, TransportOptions options) => await Should.ThrowAsync<Exception>(async () =>
    {
        var network = await new TcpNetwork(options).ConnectAsync(cluster.AddressOf(0), CancellationToken.None);
        await new Runtime.Transport.Handshake(new Storage.SiloId("raw", -5), "memory", null, RandomNumberGenerator.Fill).DialAsync(network, cluster.SiloOf(0).Cluster!.Self, CancellationToken.None).Soon();
    });

    private static X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(s_from, s_to);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, s_from, s_to, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow().AddDays(-1);
    private static readonly DateTimeOffset s_to = TimeProvider.System.GetUtcNow().AddDays(1);
}
