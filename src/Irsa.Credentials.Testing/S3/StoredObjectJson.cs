using System.Text.Json.Serialization;

namespace Irsa.Credentials.Testing;

/// <summary>Writes index files without reflection.</summary>
[JsonSerializable(typeof(StoredObject))]
internal sealed partial class StoredObjectJson : JsonSerializerContext;
