namespace Irsa.Credentials.Trust;

internal enum KeyPresence
{
    Unknown,
    Absent,
    Present,
}
