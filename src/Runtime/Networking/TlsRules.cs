using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Networking;

/// <summary>TLS 1.2 or newer, with certificates of both sides.</summary>
internal sealed class TlsRules(TransportOptions options)
{
    public async Task<SslStream> DialAsync(Stream stream, string host, CancellationToken cancellationToken)
    {
        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        await secured.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = options.CertificateName ?? host,
                ClientCertificates = [options.Certificate!],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = Policy(),
            }, cancellationToken);
        return secured;
    }

    public async Task<SslStream> AcceptAsync(Stream stream)
    {
        var secured = new SslStream(stream, leaveInnerStreamOpen: false);
        await secured.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = options.Certificate!,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = Policy(),

                // Who dials has no name to be checked against: that its certificate comes from the authority is what counts.
                RemoteCertificateValidationCallback = static (_, certificate, _, errors) => certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0,
            });
        return secured;
    }

    private X509ChainPolicy? Policy()
    {
        if (options.CertificateAuthority is not { } authority) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }
}
