import {
  deleteDocument,
  DocumentRequest,
  DocumentResponse,
  getDocument,
  listDocuments,
  ListDocumentsRequest,
  ListDocumentsResponse,
  putDocuments,
  PutDocumentsRequest,
  PutDocumentsResponse,
} from '@sigmalang/contracts';
import { Handle } from '@sigmalang/runtime';
import { Controller } from '@nestjs/common';
import { DocumentsService } from './documents.service';

@Controller()
export class DocumentsController {
  constructor(private readonly service: DocumentsService) {}

  @Handle(putDocuments)
  put(request: PutDocumentsRequest): Promise<PutDocumentsResponse> {
    return this.service.put(request);
  }

  @Handle(getDocument)
  get(request: DocumentRequest): Promise<DocumentResponse> {
    return this.service.get(request);
  }

  @Handle(deleteDocument)
  delete(request: DocumentRequest): Promise<DocumentResponse> {
    return this.service.delete(request);
  }

  @Handle(listDocuments)
  list(request: ListDocumentsRequest): Promise<ListDocumentsResponse> {
    return this.service.list(request);
  }
}
